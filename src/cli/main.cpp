// SPDX-License-Identifier: Apache-2.0
// The program `pricepoint`.
// Entry: main, which is pricepoint::cli::run. Test: tests/golden, tests/faults/program.py.
#include <string_view>
#include <vector>

#include "cli/files.hpp"
#include "cli/run.hpp"

int main(int argc, char** argv) {
  namespace cli = pricepoint::cli;
  cli::hold_standard_descriptors();
  try {
    return cli::run(std::vector<std::string_view>(argv + (argc > 0 ? 1 : 0), argv + argc));
  } catch (...) {
    return cli::give_up();
  }
}
