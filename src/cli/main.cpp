// SPDX-License-Identifier: Apache-2.0
// The program `pricepoint`.
// Entry: main, which is pricepoint::cli::run. Test: tests/golden.
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "cli/namespace.hpp"
#include "cli/run.hpp"
#include "rows/problems.hpp"

int main(int argc, char** argv) {
  namespace cli = pricepoint::cli;
  try {
    return cli::run(std::vector<std::string_view>(argv + (argc > 0 ? 1 : 0), argv + argc));
  } catch (const std::exception& failure) {
    // Memory, or threads that the system refuses.
    cli::tell(cli::problem("PP-C099", std::string("the program cannot go on: ") + failure.what()));
    return cli::no_run;
  }
}
