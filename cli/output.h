#pragma once
// How every subcommand speaks: results on stdout (text, or one JSON object with --json), everything else on stderr.

#include <cstdint>
#include <string>

#include "base/json.h"
#include "base/result.h"

namespace assay::cli {

/// One line, "assay COMMAND: ...", on stderr.
void say(const std::string& text);

/// `text` for a terminal: control characters (a candidate may have put them there) become '?', but not new lines.
std::string printable(const std::string& text);

/// One JSON object on stdout. Bytes that are no UTF-8 come out as U+FFFD.
void print_json(const Json& json);

/// A result's failure: the sentence on stderr and, with --json, {"error": ...} on stdout. Returns the exit code.
int report_error(const Error& error, bool json);

/// 1234567 as "1,234,567".
std::string grouped(std::uint64_t number);
/// "12.3 MB", decimal units.
std::string bytes_text(double bytes);
/// "0.1234", four decimals.
std::string ratio_text(double ratio);
/// A count as digits, anything else with four decimals.
std::string metric_text(double value);
/// A count as an integer of JSON, anything else as a number.
void put_metric(Json& json, const std::string& name, double value);
/// "1 h 02 min", "3 min 05 s", "12.3 s".
std::string duration_text(double seconds);

/// `wanted`, or `wanted-2`, `wanted-3`, ... : the first that does not exist. The suffix goes before `extension`.
std::string free_name(const std::string& wanted, const std::string& extension = "");

}  // namespace assay::cli
