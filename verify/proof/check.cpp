#include "verify/proof/check.h"

#include <algorithm>
#include <set>

#include "base/digest.h"
#include "verify/proof/by_sat.h"
#include "verify/proof/check_parts.h"
#include "verify/proof/proof_file.h"
#include "verify/proof/question.h"
#include "verify/properties/invariant.h"
#include "verify/table/count.h"

namespace assay::verify::proof {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point began) { return std::chrono::duration<double>(Clock::now() - began).count(); }

class Checker {
 public:
  Checker(const CheckOptions& options, const CheckTools& tools) : options_(options), tools_(tools) {
    for (const auto& [name, solver] : tools.solvers) out_.solver_seconds.push_back({name, 0});
    confirmed_.resize(tools.solvers.size());
  }

  /// Each stage needs what the one before made.
  Result<CheckReport> run(const std::filesystem::path& path) {
    auto folder = read_folder(path);
    if (!folder) return std::unexpected(folder.error());
    if (!note("files", *folder ? Found<std::string>(std::to_string((*folder)->files.size()) + " files are what certificate.json names") : std::unexpected(folder->error())))
      return std::move(out_);
    folder_ = std::move(**folder);
    out_.task = text_in("task"), out_.verdict = text_in("verdict");
    if (auto go = stage("source", [&] { return source(); }); !go || !*go) return ended(go);
    if (auto go = stage("ir", [&] { return ir(); }); !go || !*go) return ended(go);
    for (Group& group : groups_)
      if (auto go = stage("proof " + group.name, [&] { return proof(group); }); !go || !*go) return ended(go);
    if (auto go = tables(); !go || !*go) return ended(go);
    if (auto go = stage("files of proofs", [&]() -> Result<Found<std::string>> { return all_used(); }); !go || !*go) return ended(go);
    if (auto go = stage("claims", [&]() -> Result<Found<std::string>> { return check_claims(folder_.certificate, groups_); }); !go || !*go) return ended(go);
    out_.claims = folder_.certificate["claims"].size();
    return std::move(out_);
  }

 private:
  Result<CheckReport> ended(const Result<bool>& go) {
    if (!go) return std::unexpected(go.error());
    return std::move(out_);
  }

  bool note(const std::string& name, const Found<std::string>& found) {
    out_.steps.push_back({name, found ? *found : found.error().what, found.has_value(), seconds_since(began_)});
    began_ = Clock::now();
    return found.has_value();
  }

  template <class Run>
  Result<bool> stage(const std::string& name, Run run) {
    Result<Found<std::string>> found = run();
    if (!found) return std::unexpected(found.error());
    return note(name, *found);
  }

  std::string text_in(const char* key) const {
    auto found = folder_.certificate.find(key);
    return found != folder_.certificate.end() && found->is_string() ? found->get<std::string>() : "";
  }
  const std::string* file(const std::string& name) const {
    auto found = folder_.files.find(name);
    return found == folder_.files.end() ? nullptr : &found->second;
  }

  // ---- the candidate and the contract ------------------------------------------------------------------------------------

  Result<Found<std::string>> source() {
    for (const char* needed : {"source.cpp", "emitted.cpp", "policy.h", "policy.bc"})
      if (file(needed) == nullptr) return Found<std::string>(wrong(std::string(needed) + " is missing"));
    if (text_in("toolchain") != Toolchain::toolchain_digest().hex()) return Found<std::string>(wrong("it was made with another toolchain: this one is " + Toolchain::toolchain_description()));
    for (auto [key, name] : {std::pair{"source", "source.cpp"}, std::pair{"emitted", "emitted.cpp"}, std::pair{"policy_header", "policy.h"}, std::pair{"bitcode", "policy.bc"}})
      if (text_in(key) != sha256(*file(name)).hex()) return Found<std::string>(wrong("\"" + std::string(key) + "\" is not the digest of " + name));
    auto contract = tasks::read_contract_text(*file("policy.h"), "policy.h");
    if (!contract) return Found<std::string>(wrong("policy.h is no contract: " + contract.error().what));
    contract_ = std::move(*contract);
    if (text_in("contract") != contract_.digest.hex()) return Found<std::string>(wrong("\"contract\" is not the digest of policy.h"));
    if (auto set = properties(); !set) return Found<std::string>(std::unexpected(set.error()));
    auto screened = tools_.toolchain.screen(contract_, {*file("source.cpp"), "source.cpp"});
    if (!screened) return std::unexpected(screened.error());
    if (!*screened) return Found<std::string>(wrong("source.cpp is not in the policy language: " + screened->error().detail));
    screened_ = std::move(**screened);
    if (screened_->text() != *file("emitted.cpp")) return Found<std::string>(wrong("emitted.cpp is not what source.cpp is printed as"));
    if (text_in("ast") != screened_->ast_digest().hex()) return Found<std::string>(wrong("\"ast\" is not the digest of what source.cpp says"));
    return Found<std::string>("screened again; emitted.cpp is the same text");
  }

  Found<void> properties() {
    const std::string* text = file("properties.cpp");
    if (folder_.certificate.contains("properties") != (text != nullptr)) return wrong("properties.cpp and \"properties\" go together");
    if (text == nullptr) return {};
    auto set = properties::read_properties(contract_, *text, "properties.cpp");
    if (!set) return wrong("properties.cpp: " + set.error().what);
    set_ = std::move(*set);
    if (text_in("properties") != set_.digest.hex()) return wrong("\"properties\" is not the digest of properties.cpp");
    return {};
  }

  Result<Found<std::string>> ir() {
    auto bound = folder_.certificate.find("instruction_bound");
    if (bound == folder_.certificate.end() || !bound->is_number_unsigned() || *bound > (std::uint64_t{1} << 40)) return Found<std::string>(wrong("\"instruction_bound\" is no bound"));
    auto made = tools_.toolchain.lower(contract_, *screened_);
    if (!made) return std::unexpected(made.error());
    if (!*made) return Found<std::string>(wrong("the emitted text gives no code: " + made->error().detail));
    if ((*made)->bitcode != *file("policy.bc")) return Found<std::string>(wrong("policy.bc is not what emitted.cpp compiles to"));
    if (text_in("ir") != (*made)->digest.hex()) return Found<std::string>(wrong("\"ir\" is not the digest of the checked IR"));
    auto functions = lower::lower_functions((*made)->bitcode, contract_);
    if (!functions) return std::unexpected(functions.error());
    invariant_ = properties::with_invariant(set_, contract_, screened_->policy());
    bool is_given = invariant_ && says_that_it_is_one(*invariant_);
    auto programs = lower_set(is_given ? *invariant_ : set_);
    if (!programs) return std::unexpected(programs.error());
    if (!*programs) return Found<std::string>(std::unexpected(programs->error()));
    for (lower::LoweredFunction& each : is_given ? (*programs)->given : *functions) add_group(each.name, each.name, nullptr, bound->get<std::uint64_t>(), each);
    const auto& list = is_given ? invariant_->properties : set_.properties;
    for (std::size_t i = 0; i < (*programs)->properties.size(); ++i) add_property(list[i], bound->get<std::uint64_t>(), (*programs)->properties[i]);
    if (invariant_ && !is_given)
      if (auto more = add_steps_of_invariant(bound->get<std::uint64_t>()); !more || !*more) return more;
    return Found<std::string>("compiled again to the same bytes; " + std::to_string(groups_.size()) + " programs");
  }

  /// A policy's own invariant is assumed where the certificate calls everything proved that makes it one; that these are
  /// shown, and so the induction closed, is checked with the claims.
  bool says_that_it_is_one(const properties::PropertySet& with) const {
    auto claims = folder_.certificate.find("claims");
    if (claims == folder_.certificate.end() || !claims->is_array()) return false;
    return std::ranges::all_of(with.properties, [&](const properties::Property& property) {
      if (!property.is_of_invariant) return true;
      auto is_it = [&](const Json& claim) { return claim.is_object() && claim.value("property", Json()) == property.name; };
      auto is_open = [&](const Json& claim) { return is_it(claim) && claim.value("verdict", Json()) != "proved"; };
      return std::ranges::any_of(*claims, is_it) && std::ranges::none_of(*claims, is_open);
    });
  }

  struct Programs {
    std::vector<lower::LoweredFunction> properties, given;
  };

  Result<Found<Programs>> lower_set(const properties::PropertySet& set) {
    Programs out;
    if (set.properties.empty()) return Found<Programs>(std::move(out));
    auto made = tools_.toolchain.lower_properties(contract_, *screened_, set);
    if (!made) return std::unexpected(made.error());
    if (!*made) return Found<Programs>(wrong("properties.cpp gives no code: " + made->error().detail));
    auto lowered = lower::lower_properties((*made)->bitcode, contract_, set);
    if (!lowered) return std::unexpected(lowered.error());
    out.properties = std::move(*lowered);
    if (set.invariant_text.empty()) return Found<Programs>(std::move(out));
    auto given = lower::lower_given((*made)->bitcode, contract_, set);
    if (!given) return std::unexpected(given.error());
    out.given = std::move(*given);
    return Found<Programs>(std::move(out));
  }

  Result<Found<std::string>> add_steps_of_invariant(std::uint64_t bound) {
    auto programs = lower_set(*invariant_);
    if (!programs) return std::unexpected(programs.error());
    if (!*programs) return Found<std::string>(std::unexpected(programs->error()));
    for (std::size_t i = 0; i < (*programs)->properties.size(); ++i)
      if (invariant_->properties[i].is_of_invariant) add_property(invariant_->properties[i], bound, (*programs)->properties[i]);
    return Found<std::string>("");
  }

  void add_property(const properties::Property& property, std::uint64_t bound, lower::LoweredFunction& lowered) {
    add_group(property_group(property.name), "", &property, bound * properties::kBoundFactor, lowered);
  }

  void add_group(std::string name, std::string function, const properties::Property* property, std::uint64_t bound, lower::LoweredFunction& lowered) {
    Group group{std::move(name), std::move(function), property, bound, std::nullopt, {}};
    if (lowered.program) group.program = std::move(*lowered.program);
    // Of every instruction that lowering lets through, whatever is executed: there is no source of anything else.
    group.is_shown[static_cast<std::size_t>(lower::Property::deterministic)] = group.program.has_value();
    groups_.push_back(std::move(group));
  }

  // ---- one proof -----------------------------------------------------------------------------------------------------------

  Result<Found<std::string>> proof(Group& group) {
    const std::string* text = file(proof_name(group.name));
    if (text == nullptr) return Found<std::string>("none");
    used_.push_back(proof_name(group.name));
    if (!group.program) return Found<std::string>(wrong("a proof of a program that is not supported"));
    auto read = read_proof(group.name, *text);
    if (!read) return Found<std::string>(wrong(read.error().what));
    if (read->instruction_bound != group.instruction_bound) return Found<std::string>(wrong("its \"instruction_bound\" is not the certificate's"));
    auto shape = shape_of(*group.program, read->graph);
    if (!shape) return Found<std::string>(wrong(shape.error().what));
    Limits limits{.instruction_bound = group.instruction_bound};
    auto steps = generate(*group.program, read->graph, *shape, Mode::steps, limits);
    if (!steps) return Found<std::string>(wrong(steps.error().what));
    std::optional<Obligations> whole;
    bool needs_whole = std::any_of(read->texts.begin(), read->texts.end(), [](const ListedText& each) { return each.mode == Mode::whole; });
    if (needs_whole) {
      auto made = generate(*group.program, read->graph, *shape, Mode::whole, limits);
      if (!made) return Found<std::string>(wrong(made.error().what));
      whole = std::move(*made);
    }
    if (steps->list.size() != read->obligations) return Found<std::string>(wrong("it has " + std::to_string(steps->list.size()) + " obligations, not " + std::to_string(read->obligations)));
    std::vector<bool> shown(steps->list.size(), false);
    std::size_t trivial = 0;
    for (std::uint32_t i = 0; i < shown.size(); ++i)
      if (steps->is_trivial(i)) shown[i] = true, ++trivial;
    if (trivial != read->trivial) return Found<std::string>(wrong("\"trivial\" is " + std::to_string(trivial) + ", not " + std::to_string(read->trivial)));
    for (const ListedText& each : read->texts) {
      auto good = settle(group, each, each.mode == Mode::steps ? *steps : *whole);
      if (!good || !*good) return good;
      for (std::uint32_t item : each.items) shown[item] = true;
    }
    for (std::uint32_t i = 0; i < shown.size(); ++i)
      if (shown[i] == std::binary_search(read->open.begin(), read->open.end(), i))
        return Found<std::string>(wrong("obligation " + std::to_string(i) + " (node " + std::to_string(steps->list[i].node) + ": " + steps->list[i].what + ") is " + (shown[i] ? "shown, and said to be open" : "not shown by any text")));
    conclude(group, *steps, shown);
    out_.obligations += shown.size(), out_.trivial += trivial, out_.texts += read->texts.size();
    return Found<std::string>(std::to_string(read->graph.nodes.size()) + " nodes, " + std::to_string(shown.size()) + " obligations in " + std::to_string(read->texts.size()) + " texts: " + told());
  }

  /// Made again, the same byte for byte, and unsat again.
  Result<Found<std::string>> settle(const Group& group, const ListedText& listed, const Obligations& from) {
    if (listed.file.empty()) {
      bool trivial = std::all_of(listed.items.begin(), listed.items.end(), [&](std::uint32_t item) { return from.is_trivial(item); });
      return trivial ? Found<std::string>("") : Found<std::string>(wrong("obligation " + std::to_string(listed.items[0]) + " is said to need no solver, and does"));
    }
    used_.push_back(listed.file);
    const std::string* text = file(listed.file);
    if (text == nullptr) return Found<std::string>(wrong(listed.file + " is missing"));
    if (listed.digest != sha256(*text).hex()) return Found<std::string>(wrong("the digest of " + listed.file + " is not the one that its proof names"));
    auto made = write_text(*group.program, from, listed.items, listed.mode, listed.theory);
    if (!made || *made != *text) return Found<std::string>(wrong(listed.file + " is not the text that the program and the graph give"));
    auto refuted = refutation(group, listed, from);
    if (!refuted) return Found<std::string>(std::unexpected(refuted.error()));
    return ask(listed.file, *text, *refuted);
  }

  /// Whether there are clauses with a refutation; if there are, they must be right.
  Found<bool> refutation(const Group& group, const ListedText& listed, const Obligations& from) {
    if (listed.cnf.empty()) return false;
    for (const auto& [name, digest] : {std::pair{&listed.cnf, &listed.cnf_digest}, std::pair{&listed.drat, &listed.drat_digest}}) {
      used_.push_back(*name);
      if (file(*name) == nullptr) return wrong(*name + " is missing");
      if (*digest != sha256(*file(*name)).hex()) return wrong("the digest of " + *name + " is not the one that its proof names");
    }
    auto good = check_by_sat(*group.program, from, listed.items, {*file(listed.cnf), *file(listed.drat)});
    if (!good) return wrong(listed.cnf + " and its refutation: " + good.error().what);
    ++out_.cnf_proofs, ++refuted_;
    return true;
  }

  /// At least one solver must say unsat, unless a refutation was followed; and none may say sat.
  Result<Found<std::string>> ask(const std::string& name, const std::string& text, bool shown) {
    std::string doubt;
    for (std::size_t i = 0; i < tools_.solvers.size(); ++i) {
      const auto& [solver_name, solver] = tools_.solvers[i];
      auto began = Clock::now();
      auto answer = solver->ask_uncached(text, options_.effort, options_.deadline);
      out_.solver_seconds[i].second += seconds_since(began);
      if (!answer) return std::unexpected(answer.error());
      if (answer->verdict == smt::Verdict::sat) return Found<std::string>(wrong(name + ": " + solver_name + " answers sat: it is not proved"));
      if (answer->verdict == smt::Verdict::unsat) shown = true, ++confirmed_[i];
      else doubt += (doubt.empty() ? "" : "; ") + solver_name + ": " + (answer->reason.empty() ? "unknown" : answer->reason);
    }
    ++asked_;
    return shown ? Found<std::string>("") : Found<std::string>(wrong(name + ": no solver shows it (" + doubt + ")"));
  }

  std::string told() {
    std::string out;
    for (std::size_t i = 0; i < confirmed_.size(); ++i) {
      out += (out.empty() ? "" : ", ") + tools_.solvers[i].first + " unsat " + std::to_string(confirmed_[i]) + " of " + std::to_string(asked_);
      confirmed_[i] = 0;
    }
    if (refuted_ > 0) out += ", cnf proofs checked " + std::to_string(refuted_);
    asked_ = 0, refuted_ = 0;
    return out;
  }

  /// A property needs its own checks and the structure; one of the set needs every execution to get to its end.
  static void conclude(Group& group, const Obligations& from, const std::vector<bool>& shown) {
    using lower::Property;
    for (Property property : {Property::no_undefined_behaviour, Property::in_bounds, Property::terminates, Property::output_range, Property::claim}) {
      bool& all_shown = group.is_shown[static_cast<std::size_t>(property)];
      all_shown = true;
      for (std::size_t i = 0; i < shown.size(); ++i) {
        bool matters = from.list[i].is_structure || group.property != nullptr || from.list[i].property == property;
        all_shown = all_shown && (shown[i] || !matters);
      }
    }
  }

  // ---- tables --------------------------------------------------------------------------------------------------------------

  /// A stage for each claim that is said to rest on a count.
  Result<bool> tables() {
    auto claims = folder_.certificate.find("claims");
    if (claims == folder_.certificate.end() || !claims->is_array()) return true;  // check_claims says so
    for (const Json& claim : *claims) {
      if (!claim.is_object() || !claim.contains("counted")) continue;
      const Json name = claim.value("property", Json());
      const std::string shown = name.is_string() ? name.get<std::string>() : "?";
      if (auto go = stage("tables of " + shown, [&] { return count(claim, shown); }); !go || !*go) return go;
    }
    return true;
  }

  /// Counted again, with the same result; what is executed must have been shown to be safe before.
  Result<Found<std::string>> count(const Json& claim, const std::string& name) {
    using lower::Property;
    auto group = std::ranges::find_if(groups_, [&](const Group& each) { return each.property != nullptr && each.property->name == name; });
    const bool is_about_tables = group != groups_.end() && group->program && group->property->table != properties::TableWord::none;
    if (!is_about_tables || claim.value("function", Json()) != "" || claim.value("verdict", Json()) != "proved" || invariant_)
      return Found<std::string>(wrong("a count that belongs to no property about tables"));
    auto said = table::count_of(claim["counted"]);
    if (!said) return Found<std::string>(wrong("\"counted\" is no count"));
    for (const Group& each : groups_)
      for (Property property : {Property::no_undefined_behaviour, Property::in_bounds, Property::terminates})
        if (each.property == nullptr && !each.is_shown[static_cast<std::size_t>(property)])
          return Found<std::string>(wrong("it rests on " + each.name + " being safe, which no proof in the bundle shows"));
    if (!jail_) {
      auto started = sandbox::RunJail::start(options_.jail);
      if (!started) return std::unexpected(started.error());
      jail_ = std::move(*started);
    }
    const auto index = static_cast<std::size_t>(group->property - set_.properties.data());
    auto found = table::count_tables({contract_, *screened_, set_, index, *group->program}, {options_.counting_budget, {}, {}}, tools_.toolchain, *jail_);
    if (!found) return std::unexpected(found.error());
    if (auto* fault = std::get_if<table::Fault>(&*found)) return Found<std::string>(wrong("it is not proved: " + table::told(*fault)));
    if (auto* unsettled = std::get_if<table::Unsettled>(&*found)) return Found<std::string>(wrong("it could not be counted: " + unsettled->reason));
    const auto& count = std::get<table::Count>(*found);
    if (!are_equal(count, *said)) return Found<std::string>(wrong("\"counted\" is not what the tables come to"));
    group->is_shown[static_cast<std::size_t>(Property::claim)] = true;
    out_.places += count.places;
    return Found<std::string>(std::to_string(count.places) + " places of " + std::to_string(count.tables) + " tables written out and counted");
  }

  /// Nothing lies in the folder that was not looked at. What the certifier asked while it searched ("queries") is kept as
  /// a record; nothing rests on it.
  Found<std::string> all_used() const {
    std::set<std::string> known(used_.begin(), used_.end());
    known.insert({"source.cpp", "emitted.cpp", "policy.h", "policy.bc", "properties.cpp"});
    auto queries = folder_.certificate.find("queries");
    if (queries == folder_.certificate.end() || !queries->is_number_unsigned()) return wrong("\"queries\" is no count");
    std::size_t asked = 0;
    for (const auto& [name, text] : folder_.files) {
      if (is_query(name)) ++asked;
      else if (!known.contains(name)) return wrong(name + " belongs to nothing that the certificate speaks of");
    }
    if (*queries != asked) return wrong("\"queries\" is " + std::to_string(asked) + ", not what is said");
    return std::to_string(used_.size()) + " files";
  }

  /// obligations/0001.smt2
  static bool is_query(const std::string& name) {
    return name.starts_with("obligations/") && name.ends_with(".smt2") && name.size() > 17 && name.find_first_not_of("0123456789", 12) == name.size() - 5;
  }

  const CheckOptions& options_;
  const CheckTools& tools_;
  CheckReport out_;
  Clock::time_point began_ = Clock::now();
  Folder folder_;
  tasks::Contract contract_;
  properties::PropertySet set_;
  std::optional<properties::PropertySet> invariant_;  ///< set_ with what makes the policy's own invariant one
  std::optional<Screened> screened_;
  std::vector<Group> groups_;
  std::vector<std::string> used_;
  std::vector<std::size_t> confirmed_;  ///< by solver, in the proof at hand
  std::size_t asked_ = 0, refuted_ = 0;
  std::unique_ptr<sandbox::RunJail> jail_;  ///< once something is to be run
};

}  // namespace

std::string CheckReport::problem() const {
  for (const CheckStep& step : steps)
    if (!step.good) return step.name + ": " + step.detail;
  return "";
}

Json to_json(const CheckReport& report) {
  Json steps = Json::array(), solvers = Json::object();
  for (const CheckStep& step : report.steps) steps.push_back({{"name", step.name}, {"good", step.good}, {"detail", step.detail}, {"seconds", step.seconds}});
  for (const auto& [name, seconds] : report.solver_seconds) solvers[name] = seconds;
  return {{"proved", report.proved()}, {"problem", report.problem()}, {"task", report.task}, {"verdict", report.verdict},
          {"claims", report.claims}, {"obligations", report.obligations}, {"trivial", report.trivial}, {"texts", report.texts}, {"cnf_proofs", report.cnf_proofs}, {"places", report.places},
          {"solver_seconds", std::move(solvers)}, {"steps", std::move(steps)}};
}

Result<CheckReport> check(const std::filesystem::path& folder, const CheckOptions& options, CheckTools tools) {
  return Checker(options, tools).run(folder);
}

Result<CheckReport> check(const std::filesystem::path& folder, const CheckOptions& options) {
  std::vector<std::unique_ptr<smt::Solver>> owned;
  std::vector<std::pair<std::string, smt::Solver*>> solvers;
  auto add = [&](const char* name, Result<std::unique_ptr<smt::Solver>> started) -> Result<void> {
    if (!started) return std::unexpected(started.error());
    owned.push_back(std::move(*started));
    solvers.push_back({name, owned.back().get()});
    return {};
  };
  if (options.use_z3)
    if (auto good = add("z3", smt::start_jailed_solver(options.jail)); !good) return std::unexpected(good.error());
  if (options.use_cvc5)
    if (auto good = add("cvc5", smt::start_jailed_cvc5(options.jail)); !good) return std::unexpected(good.error());
  if (solvers.empty()) return fail("checking the bundle " + folder.string() + ": no solver was named; use z3, cvc5 or both");
  ToolchainOptions toolchain_options;
  toolchain_options.jail = options.jail;
  auto toolchain = Toolchain::start(toolchain_options);
  if (!toolchain) return std::unexpected(toolchain.error());
  return check(folder, options, {**toolchain, std::move(solvers)});
}

}  // namespace assay::verify::proof
