#pragma once
// Texts for the BPF compiler that travel inside the program (made by CMake).

#include <string_view>

namespace assay::evaluators::congestion {

std::string_view bpf_view_text();    ///< bpf_view.h
std::string_view bpf_sender_text();  ///< bpf_sender.c
std::string_view bpf_trial_text();   ///< bpf_trial.c

}  // namespace assay::evaluators::congestion
