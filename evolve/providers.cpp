// The table of providers: one line each.

#include <algorithm>

#include "evolve/provider.h"
#include "evolve/providers/make.h"

namespace assay::evolve {
namespace {

constexpr ProviderEntry kProviders[] = {
    {"mutate", "typed mutation and crossover of policies; no model", make_mutate},
    {"openai", "a model behind an OpenAI-compatible chat endpoint", make_openai},
    {"anthropic", "a model behind the Anthropic Messages API", make_anthropic},
    {"exec", "a command: prompt on stdin, completion on stdout", make_exec},
    {"mailbox", "a folder: prompts appear as files, completions are dropped beside them", make_mailbox},
    {"ensemble", "several of these at once, chosen by what they give for their money", make_ensemble},
    {"replay", "the completions of a recorded campaign", make_replay},
};

}  // namespace

std::span<const ProviderEntry> providers() { return kProviders; }

Result<std::unique_ptr<Provider>> make_provider(const std::string& name, const Json& settings) {
  std::string known;
  for (const ProviderEntry& entry : kProviders) {
    if (entry.name == name) return entry.make(settings);
    known += (known.empty() ? "" : ", ") + std::string(entry.name);
  }
  return fail("unknown provider \"" + name + "\"; known: " + known);
}

Result<void> only_known(const Json& settings, std::span<const std::string_view> known, const std::string& name) {
  if (!settings.is_object()) return fail(name + ": the settings are not a JSON object");
  for (const auto& [key, value] : settings.items()) {
    if (std::ranges::find(known, key) != known.end()) continue;
    std::string list;
    for (std::string_view word : known) list += (list.empty() ? "" : ", ") + std::string(word);
    return fail(name + ": unknown setting \"" + key + "\"; known: " + list);
  }
  return {};
}

}  // namespace assay::evolve
