#include "verify/network/walk.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <optional>
#include <string_view>

#include "verify/lower/interpret.h"
#include "verify/network/call_terms.h"

namespace assay::verify::network {
namespace {

using lower::Word;

constexpr Word kSecond = 1'000'000;
constexpr std::size_t kLookAhead = 40;  ///< claims after a bound in which more may be said of the same constant
constexpr int kMostStarts = 200;

/// Head and operands of "(head a b ...)"; empty: an atom.
std::vector<std::string_view> parts_of(std::string_view text) {
  std::vector<std::string_view> out;
  if (!text.starts_with('(') || !text.ends_with(')')) return out;
  text = text.substr(1, text.size() - 2);
  int depth = 0;
  bool is_quoted = false;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const char c = i == text.size() ? ' ' : text[i];
    if (c == '|') is_quoted = !is_quoted;
    if (is_quoted) continue;
    if (c == '(') ++depth;
    if (c == ')') --depth;
    if (c != ' ' || depth != 0) continue;
    if (i > begin) out.push_back(text.substr(begin, i - begin));
    begin = i + 1;
  }
  return out;
}

bool is_name(std::string_view text) { return !text.empty() && text[0] != '(' && text[0] != '-' && (text[0] < '0' || text[0] > '9'); }
/// Of "|view any sample@3|": 3.
std::size_t step_of(std::string_view name) {
  const auto sign = name.rfind('@');
  std::size_t step = 0;
  if (sign != name.npos) std::from_chars(name.data() + sign + 1, name.data() + name.size(), step);
  return step;
}

Formula formula(std::string_view text) { return {std::string(text)}; }

}  // namespace

Walker::Walker(const Script& script, const PolicySender& sender, const CallNames& names, const PacketPath& path, std::uint64_t bound)
    : script_(script), sender_(sender), names_(names), path_(path), bound_(bound) {
  for (std::size_t i = 0; i < script.claims().size(); ++i) add(i);
}

void Walker::add(std::size_t place) {
  const auto& claims = script_.claims();
  const auto parts = parts_of(claims[place].text);
  if (parts.size() != 3) return;
  if (parts[0] == "=" && is_name(parts[1])) definitions_.push_back({std::string(parts[1]), formula(parts[2]), formula(parts[2]), false, 0, {}});
  if (parts[0] != "and") return;
  const auto low = parts_of(parts[1]), high = parts_of(parts[2]);
  if (low.size() != 3 || high.size() != 3 || low[0] != "<=" || high[0] != "<=" || low[2] != high[1] || !is_name(low[2])) return;
  Definition bound{std::string(low[2]), formula(low[1]), formula(high[2]), true, step_of(low[2]), {}};
  for (std::size_t i = place + 1; i < claims.size() && i <= place + kLookAhead; ++i)
    if (claims[i].text.find(bound.name) != std::string::npos) bound.more.push_back(&claims[i]);
  definitions_.push_back(std::move(bound));
}

Values Walker::walk(std::uint64_t seed) {
  random_.seed(seed);
  values_.clear();
  inputs_.clear();
  open_.clear();
  for (const Definition& definition : definitions_) open_.push_back(&definition);
  for (const lower::Input& input : sender_.programs().on_ack.inputs) inputs_.push_back(std::clamp<Word>(0, input.min, input.max));
  start();
  for (std::size_t t = path_.first(); t <= path_.last(); ++t) {
    if (t > path_.first()) hear(t);
    show(t);
    answer(t);
    send(t);
    serve(t);
  }
  return std::move(values_);
}

/// Ends and what is near them more often than the middle.
Word Walker::draw(Word low, Word high) {
  if (high <= low) return low;
  const Word span = high - low;
  switch (random_() % 5) {
    case 0: return low;
    case 1: return high;
    case 2: return low + static_cast<Word>(random_() % 9) % (span + 1);
    case 3: return low + (static_cast<Word>(random_() >> 1) >> (random_() % 60)) % (span + 1);
    default: return low + static_cast<Word>(random_() >> 1) % (span + 1);
  }
}

/// Draws until nothing that is said of the steps before the first call, and of which function that is, is broken.
void Walker::start() {
  for (int i = 0; i < kMostStarts; ++i) {
    values_.clear();
    begin();
    hear(path_.first());
    if (start_claims_.empty())
      for (const Formula& claim : script_.claims())
        if (evaluate(claim, values_)) start_claims_.push_back(&claim);
    if (std::ranges::all_of(start_claims_, [&](const Formula* claim) { return *evaluate(*claim, values_) != 0; })) return;
  }
}

/// Some steps that the link served at once, after losses that are not known yet, and with what already waits.
void Walker::begin() {
  const std::size_t before = path_.first() - 1;
  is_lagging_ = path_.jitter > 0 && random_() % 4 == 0;
  is_dropping_ = random_() % 3 == 0;
  is_new_ = random_() % 4 == 0;
  is_small_ = random_() % 4 == 0;
  const Word lost = flip() ? 0 : draw(1, 12), waits = flip() ? 0 : draw(0, path_.buffer.value_or(path_.product()));
  const Word window = flip() ? draw(kLeastWindow, 2 * path_.product()) : draw(kLeastWindow, 10 * path_.product());
  const bool is_silent = random_() % 4 == 0;
  Word sent = lost + waits, served = 0, wasted = 0;
  for (std::size_t t = 0; t <= before; ++t) {
    if (t > 0 && !is_silent) sent += draw(0, std::min<Word>(path_.rate, std::max<Word>(0, window - (sent - lost))));
    const Word tokens = static_cast<Word>(path_.rate) * static_cast<Word>(t);
    wasted = std::max(wasted, tokens - (sent - lost));
    served = std::min(sent - lost, tokens - wasted);
    at("sent", t) = sent;
    at("served", t) = served;
    at("lost", t) = lost;
    at("wasted", t) = wasted;
    at("window", t) = window;
    at("detected", t) = 0;
  }
  at("reacted", before) = at("recovery_end", before) = 0;
}

/// What step t makes known, and which function it calls. Losses are known as late as the path allows.
void Walker::hear(std::size_t t) {
  const std::size_t heard = t - path_.rtt;
  const Word served = at("served", heard), acked = served - at("served", heard - 1), known = at("detected", t - 1);
  const bool timed_out = acked == 0 && served == at("sent", t - 1) - at("lost", t - 1) && at("sent", t - 1) > served + known;
  Word detected = known;
  for (std::size_t then = 0; then <= heard && !timed_out; ++then)
    if (at("sent", then) - at("lost", then) + 3 <= served) detected = std::max(detected, at("lost", then));
  if (timed_out) detected = at("lost", t - 1);
  const bool is_new = detected > known && detected > at("reacted", t - 1), in_loss = !timed_out && is_new;
  at("detected", t) = detected;
  at("timeout", t) = timed_out;
  at("on_loss", t) = in_loss;
  at("on_ack", t) = !timed_out && !is_new && (acked > 0 || detected > known);
  at("reacted", t) = timed_out || in_loss ? at("lost", t - 1) : at("reacted", t - 1);
  at("recovery_end", t) = timed_out || in_loss ? at("sent", t - 1) : at("recovery_end", t - 1);
}

/// Inputs of the call: defined by the trace, drawn within bounds, or, of the first call's state, drawn from all of its range.
void Walker::show(std::size_t t) {
  fill(t);
  const auto& inputs = sender_.programs().on_ack.inputs;
  for (const auto& [index, name] : names_.steps[t - path_.first()].inputs) {
    if (auto found = values_.find(name); found != values_.end()) inputs_[index] = found->second;
    else inputs_[index] = remembered(inputs[index]);
    values_[name] = inputs_[index];
  }
}

/// Of a new connection, of small numbers, or of anything.
Word Walker::remembered(const lower::Input& input) {
  const Word least = std::clamp<Word>(0, input.min, input.max);
  if (is_new_ || random_() % 3 == 0) return least;
  return draw(least, is_small_ ? std::min<Word>(least + 8, input.max) : input.max);
}

/// What has one value first. Of bounds the last: what more is said of a constant may rest on what was asked for after it.
void Walker::fill(std::size_t t) {
  for (;;) {
    if (std::erase_if(open_, [&](const Definition* definition) { return define(*definition, false); }) > 0) continue;
    const auto last = std::find_if(open_.rbegin(), open_.rend(), [&](const Definition* definition) { return definition->step <= t && define(*definition, true); });
    if (last == open_.rend()) return;
    open_.erase(std::next(last).base());
  }
}

bool Walker::define(const Definition& definition, bool may_draw) {
  if (values_.contains(definition.name)) return true;
  if (definition.is_bound && !may_draw) return false;
  const auto low = evaluate(definition.low, values_), high = evaluate(definition.high, values_);
  if (!low || !high) return false;
  values_[definition.name] = *low;
  if (!definition.is_bound) return true;
  values_[definition.name] = draw(*low, *high);
  for (Word other : {*low, *high})
    if (is_excluded(definition)) values_[definition.name] = other;
  for (std::size_t k = 1; k <= path_.last() && is_excluded(definition); ++k) values_[definition.name] = *low + static_cast<Word>(k) * path_.step_us;  // a wait of k steps
  return true;
}

bool Walker::is_excluded(const Definition& definition) const {
  return std::ranges::any_of(definition.more, [&](const Formula* claim) {
    const auto holds = evaluate(*claim, values_);
    return holds && *holds == 0;
  });
}

void Walker::answer(std::size_t t) {
  const PolicyPrograms& programs = sender_.programs();
  const lower::Program* program = at("timeout", t) != 0 ? &programs.on_timeout : at("on_loss", t) != 0 ? &programs.on_loss : at("on_ack", t) != 0 ? &programs.on_ack : nullptr;
  at("window", t) = at("window", t - 1);
  if (program == nullptr) return;
  lower::Execution done = lower::interpret(*program, inputs_, bound_);
  if (done.stop != lower::Stop::returned) return;  // no such run: whoever checks it says so
  at("window", t) = done.result;
  for (std::size_t i = 0; i < program->inputs.size(); ++i)
    if (program->inputs[i].slot != lower::kNone && is_state(*program, program->inputs[i].slot)) inputs_[i] = done.slots[program->inputs[i].slot];
}

void Walker::send(std::size_t t) {
  const auto& inputs = sender_.programs().on_ack.inputs;
  const auto rate = std::ranges::find(inputs, "pacing.rate", &lower::Input::name);
  const Word pacing = rate == inputs.end() ? 0 : inputs_[static_cast<std::size_t>(rate - inputs.begin())];
  const Word inflight = at("sent", t - 1) - at("served", t - path_.rtt) - at("detected", t), wanted = std::max<Word>(0, at("window", t) - inflight);
  at("budget", t) = pacing == 0 ? wanted : pacing * path_.step_us / kSecond + (flip() ? 1 : 0);
  at("sent", t) = at("sent", t - 1) + std::min(at("budget", t), wanted);
}

void Walker::serve(std::size_t t) {
  const Word tokens = static_cast<Word>(path_.rate) * static_cast<Word>(t), before = at("wasted", t - 1);
  Word accepted = at("sent", t) - at("lost", t - 1);
  if (path_.buffer) {
    const Word full = tokens - before + *path_.buffer, nearly = full - path_.rate;
    if (accepted > full) accepted = full;
    if (is_dropping_ && accepted > nearly) accepted = std::max({nearly, at("sent", t - 1) - at("lost", t - 1), Word{0}});
  }
  at("lost", t) = at("sent", t) - accepted;
  at("wasted", t) = std::max(before, tokens - accepted);
  const Word most = std::min(accepted, tokens - at("wasted", t));
  Word least = at("served", t - 1);
  if (t >= path_.jitter) least = std::max(least, tokens - static_cast<Word>(path_.rate) * path_.jitter - at("wasted", t - path_.jitter));
  at("served", t) = is_lagging_ && flip() ? least : most;
}

}  // namespace assay::verify::network
