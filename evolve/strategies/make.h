#pragma once
// The makers that the table in evolve/strategies.cpp lists.

#include "evolve/strategy.h"

namespace assay::evolve {

std::unique_ptr<Strategy> make_islands();
std::unique_ptr<Strategy> make_best_of_n();

}  // namespace assay::evolve
