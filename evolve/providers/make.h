#pragma once
// The makers that the table in evolve/providers.cpp lists.

#include "evolve/provider.h"

namespace assay::evolve {

/// Settings: size_limit (nodes of a child).
Result<std::unique_ptr<Provider>> make_mutate(const Json& settings);
/// Settings: docs/providers.md.
Result<std::unique_ptr<Provider>> make_openai(const Json& settings);
Result<std::unique_ptr<Provider>> make_anthropic(const Json& settings);
/// Settings: command (for /bin/sh -c), deadline_seconds, usd_per_call, concurrency.
Result<std::unique_ptr<Provider>> make_exec(const Json& settings);
/// Settings: folder (a campaign gives its own as the default), deadline_seconds, concurrency.
Result<std::unique_ptr<Provider>> make_mailbox(const Json& settings);
/// Settings: members ([{name, provider, settings}]), least, memory; docs/providers.md.
Result<std::unique_ptr<Provider>> make_ensemble(const Json& settings);
/// Settings: folder.
Result<std::unique_ptr<Provider>> make_replay(const Json& settings);

}  // namespace assay::evolve
