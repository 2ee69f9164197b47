#include "verify/frontend/handler.h"

#include <span>

#include "verify/frontend/bpf.h"
#include "verify/frontend/compile.h"
#include "verify/frontend/parse.h"
#include "verify/frontend/wire.h"

namespace assay::verify::frontend {
namespace {

using Fields = std::span<const std::string_view>;

/// Clang quotes the candidate, whose bytes may be no UTF-8: they must not make the reply unreadable.
std::string dumped(const Json& json) { return json.dump(-1, ' ', true, Json::error_handler_t::replace); }

std::string errors_reply(const std::vector<CompileError>& errors) {
  Json list = Json::array();
  for (const CompileError& error : errors) list.push_back({error.file, error.line, error.column, error.message});
  return pack({"errors", dumped(list)});
}

std::string bad_request() { return errors_reply({{"", 0, 0, "the compile worker does not know this request"}}); }

std::string screen(Fields fields) {
  const Parsed parsed = parse_candidate(fields[0], fields[1]);
  Json findings = Json::array();
  for (const Diagnostic& finding : parsed.findings) findings.push_back({finding.line, finding.column, finding.message});
  return pack({"parsed", dumped({{"policy", to_json(parsed.policy)},
                                 {"unfinished", parsed.unfinished},
                                 {"findings", std::move(findings)}})});
}

std::string image_reply(const Compiled<Image>& image) {
  if (!image) return errors_reply(image.error());
  return pack({"image", image->bytes, std::to_string(image->entry_offset), image->ir_digest});
}

std::string compile(Fields fields, Mode mode) {
  return image_reply(compile_image({fields[0], fields[1], fields[2], fields[3]}, mode));
}

std::string against_driver(Fields fields, bool quick) {
  const std::vector<std::string> functions(fields.begin() + 3, fields.end());
  return image_reply(compile_against({fields[0], "", fields[1], ""}, functions, fields[2], quick));
}

std::string driver(Fields fields) {
  auto object = compile_driver({fields[0], fields[1], "", fields[2]});
  if (!object) return errors_reply(object.error());
  return pack({"object", *object});
}

std::string lower(Fields fields, Detail detail) {
  const std::vector<std::string> functions(fields.begin() + 2, fields.end());
  auto bitcode = lower_policy({fields[0], "", fields[1], ""}, functions, detail);
  if (!bitcode) return errors_reply(bitcode.error());
  return pack({"bitcode", *bitcode});
}

std::string bitcode_reply(const Compiled<std::string>& bitcode) {
  if (!bitcode) return errors_reply(bitcode.error());
  return pack({"bitcode", *bitcode});
}

std::string optimised(Fields fields) {
  return bitcode_reply(lower_optimised({fields[0], "", fields[1], ""}, {fields.begin() + 2, fields.end()}));
}

std::string for_bpf(Fields fields, Stage stage) {
  return bitcode_reply(lower_for_bpf({fields[0], "", fields[1], ""}, {fields.begin() + 2, fields.end()}, stage));
}

std::string bpf(Fields fields) {
  auto object = compile_bpf({fields[0], fields[1], fields[2], fields[3], fields[4], fields[5]});
  if (!object) return errors_reply(object.error());
  return pack({"object", *object});
}

std::string lower_with_properties(Fields fields, Detail detail) {
  const std::vector<std::string> functions(fields.begin() + 5, fields.end());
  auto bitcode = lower_properties({fields[0], fields[1], fields[2], fields[3], fields[4]}, functions, detail);
  if (!bitcode) return errors_reply(bitcode.error());
  return pack({"bitcode", *bitcode});
}

}  // namespace

std::string handle(std::string_view request) {
  const auto unpacked = unpack(request);
  if (!unpacked || unpacked->empty()) return bad_request();
  const std::string_view what = unpacked->front();
  const Fields fields(unpacked->begin() + 1, unpacked->end());
  if (what == "screen" && fields.size() == 2) return screen(fields);
  if (what == "run" && fields.size() == 4) return compile(fields, Mode::run);
  if (what == "checked" && fields.size() == 4) return compile(fields, Mode::checked);
  if (what == "trapped" && fields.size() == 4) return compile(fields, Mode::trapped);
  if (what == "driver" && fields.size() == 3) return driver(fields);
  if (what == "quick" && fields.size() >= 3) return against_driver(fields, true);
  if (what == "apart" && fields.size() >= 3) return against_driver(fields, false);
  if (what == "lower" && fields.size() >= 2) return lower(fields, Detail::lines);
  if (what == "optimised" && fields.size() >= 2) return optimised(fields);
  if (what == "read for bpf" && fields.size() >= 2) return for_bpf(fields, Stage::read);
  if (what == "optimised for bpf" && fields.size() >= 2) return for_bpf(fields, Stage::optimised);
  if (what == "bpf" && fields.size() == 6) return bpf(fields);
  if (what == "told" && fields.size() >= 2) return lower(fields, Detail::variables);
  if (what == "properties" && fields.size() >= 5) return lower_with_properties(fields, Detail::lines);
  if (what == "told properties" && fields.size() >= 5) return lower_with_properties(fields, Detail::variables);
  return bad_request();
}

void warm_up() {
  constexpr std::string_view kContract =
      "#pragma once\n#include \"policies/abi/assay.h\"\nstruct Thing { i64 size; Array<i64, 4> items; };\n"
      "i64 f(const Thing& thing);\n";
  constexpr std::string_view kPolicy =
      "i64 f(const Thing& thing) {\n  i64 sum = 0;\n  for (i64 i = 0; i < 4; i += 1) {\n"
      "    if (thing.items[i] > thing.size) {\n      sum += clamp(thing.items[i] / 3, 0, 99);\n    }\n  }\n"
      "  return sum % 7;\n}\n";
  constexpr std::string_view kDriver =
      "extern \"C\" u64 assay_entry(const AssayRun* run) {\n  u64 total = 0;\n"
      "  for (u64 i = 0; i + sizeof(Thing) <= run->input_bytes; i += sizeof(Thing))\n"
      "    total += (u64)f(*(const Thing*)(run->input + i));\n  return total;\n}\n";
  handle(pack({"screen", kContract, kPolicy}));
  handle(pack({"run", kContract, "", kPolicy, kDriver}));
  handle(pack({"checked", kContract, "", kPolicy, kDriver}));
  handle(pack({"lower", kContract, kPolicy, "f"}));
  if (auto object = compile_driver({kContract, "", "", kDriver})) handle(pack({"quick", kContract, kPolicy, *object, "f"}));
}

}  // namespace assay::verify::frontend
