#include "evolve/pipeline.h"

#include <tbb/parallel_pipeline.h>

namespace assay::evolve {

void run_stages(Stages& stages, std::size_t tokens) {
  using tbb::filter_mode;
  auto first = tbb::make_filter<void, void*>(filter_mode::serial_in_order, [&](tbb::flow_control& flow) {
    void* job = stages.first();
    if (!job) flow.stop();
    return job;
  });
  auto middle = tbb::make_filter<void*, void*>(filter_mode::parallel, [&](void* job) {
    stages.middle(job);
    return job;
  });
  auto last = tbb::make_filter<void*, void>(filter_mode::serial_in_order, [&](void* job) { stages.last(job); });
  tbb::parallel_pipeline(tokens, first & middle & last);
}

}  // namespace assay::evolve
