#pragma once
// Small policies inside GPU kernels: into how many parts a decode attention is split, which variant of a grouped product runs, in which
// order tiles are computed. What a decision takes was measured, is measured or is modelled, and is never mixed.

#include "evaluators/domain.h"

namespace assay::evaluators::gpu {

const Domain& gpu_domain();

}  // namespace assay::evaluators::gpu
