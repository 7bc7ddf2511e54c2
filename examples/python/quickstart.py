# SPDX-License-Identifier: Apache-2.0
from pricepoint import Policy

policy = Policy.from_file("examples/policies/worked-example.json")
for cost in ("12", "29"):
    decision = policy.price(sku="A1", channel="web", market="CN", role="traffic",
                            prices={"store": "32.00"}, cost=cost, shipping=1)
    print(decision.status, decision.price, decision.conflict)
    print(decision.explain().splitlines()[1])
