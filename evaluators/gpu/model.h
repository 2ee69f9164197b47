#pragma once
// What a decision would take by a few lines of arithmetic about a named device. No measurement: its ratios are called modelled, never a
// speed-up, and it knows nothing of caches, clocks or the code that a compiler made.
//
//   decode_split  one wave of thread blocks after the other over processors x resident blocks; the bandwidth is shared among the blocks of a
//                 wave, none gets more than one block can ask for; a launch costs a fixed time, and so does each part that is combined
//   moe_select    waves of tiles, padding included; a tile takes what its arithmetic or its operands' traffic takes, and a pipeline fills first
//   tile_order    list scheduling: each block, in order of its number, goes to the slot that is free first; a tile takes its work. The makespan

#include <memory>

#include "evaluators/gpu/figures.h"

namespace assay::evaluators::gpu {

double modelled_us(const decode_split::Shape& shape, int splits, const Device& device);
double modelled_us(const tile_order::Shape& shape, const Order& order, const Device& device);
double modelled_us(const Subject& subject, const Action& action, const Device& device);  ///< of any kind

/// Error: a device that is not known by name.
Result<std::shared_ptr<const Figures>> modelled_figures(std::string_view device);

}  // namespace assay::evaluators::gpu
