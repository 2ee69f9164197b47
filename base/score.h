#pragma once
// What a trusted scorer computed by replaying a candidate's decisions on one instance.

#include <map>
#include <string>

namespace assay {

struct Score {
  std::string instance;
  double objective = 0;                   ///< the task's objective; its direction is the task's (tasks/task.h)
  std::map<std::string, double> metrics;  ///< everything else worth showing, by name
};

}  // namespace assay
