#pragma once
// Tile orders (tasks/tile_order) under smaller bounds, certified.

#include <gtest/gtest.h>

#include <string>

#include "tests/verify/check_bundle.h"
#include "tests/verify/screen_support.h"
#include "verify/certify.h"
#include "verify/lower/lower.h"
#include "verify/table/count.h"

namespace assay::verify {

inline std::string replaced(std::string text, const std::string& what, const std::string& by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) text.replace(at, what.size(), by);
  return text;
}

/// The contract with grids of up to rows * columns tiles.
inline tasks::Contract order_contract(int rows, int columns) {
  std::string text = text_of(source_dir() / "tasks/tile_order/policy.h");
  text = replaced(std::move(text), "kMostRows = 256", "kMostRows = " + std::to_string(rows));
  return contract_from(replaced(std::move(text), "kMostColumns = 256", "kMostColumns = " + std::to_string(columns)));
}

inline properties::PropertySet order_properties(const tasks::Contract& contract) {
  auto set = properties::read_properties(contract, text_of(source_dir() / "tasks/tile_order/properties.cpp"), "properties.cpp");
  EXPECT_TRUE(set.has_value()) << (set ? "" : set.error().what);
  return set.value_or(properties::PropertySet{});
}

inline Source baseline(const std::string& name) { return {text_of(source_dir() / ("tasks/tile_order/baselines/" + name + ".cpp")), name}; }
inline constexpr const char* kOrders[] = {"row_major", "grouped", "swizzled", "longest_first", "snake"};

/// An order from two expressions over rows, columns, causal and id.
inline Source order(const std::string& row, const std::string& column) {
  auto function = [](const std::string& name, const std::string& body) {
    return "i64 " + name + "(const Grid& grid, const Block& block) {\n  const i64 rows = grid.rows, columns = grid.columns, id = block.id;\n  const bool causal = grid.causal == 1;\n" +
           "  " + body + "\n}\n";
  };
  auto split = [](std::string text) { return replaced(std::move(text), "const i64 rows = grid.rows, columns = grid.columns, id = block.id;", "const i64 rows = grid.rows;\n  const i64 columns = grid.columns;\n  const i64 id = block.id;"); };
  return {split(function("row", row)) + split(function("column", column)), "order"};
}

class Orders : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto certifier = Certifier::start();
    auto jail = sandbox::RunJail::start();
    ASSERT_TRUE(certifier.has_value()) << certifier.error().what;
    ASSERT_TRUE(jail.has_value()) << jail.error().what;
    certifier_ = std::move(*certifier), jail_ = std::move(*jail), toolchain_ = Toolchain::over(std::make_unique<proof::RememberingWorker>());
  }
  static void TearDownTestSuite() { certifier_.reset(), jail_.reset(), toolchain_.reset(); }

  static Screened screened(const tasks::Contract& contract, const Source& source) {
    auto out = toolchain_->screen(contract, source);
    if (!out || !*out) throw std::runtime_error(source.text + (out ? out->error().detail : out.error().what));
    return std::move(**out);
  }

  static CertifyOptions options(const properties::PropertySet& set, int milliseconds) {
    CertifyOptions out;
    out.properties = &set;
    out.solver_budget = std::chrono::milliseconds(milliseconds);
    out.grade_cells = 0;
    return out;
  }

  static Certificate certified(const tasks::Contract& contract, const properties::PropertySet& set, const Source& source, const CertifyOptions& options) {
    auto out = certifier_->certify("tile_order", contract, source, screened(contract, source), options, *toolchain_, *jail_);
    EXPECT_TRUE(out.has_value()) << (out ? "" : out.error().what);
    return out.value_or(Certificate{});
  }

  static const Claim& claim_of(const Certificate& certificate, const std::string& property, const std::string& function = "") {
    for (const Claim& claim : certificate.claims)
      if (claim.property == property && claim.function == function) return claim;
    throw std::runtime_error("no claim " + property);
  }

  static std::string told(const Claim& claim) {
    if (auto* refuted = std::get_if<Refuted>(&claim.verdict)) return "refuted: " + refuted->counterexample;
    if (auto* unknown = std::get_if<Unknown>(&claim.verdict)) return "unknown: " + unknown->reason;
    return "proved";
  }

  /// By counting alone.
  static table::Found counted(const tasks::Contract& contract, const properties::PropertySet& set, const Source& source, std::size_t property, const table::Options& options = {}) {
    const Screened policy = screened(contract, source);
    auto ir = toolchain_->lower_properties(contract, policy, set);
    if (!ir || !*ir) throw std::runtime_error("no IR");
    auto programs = lower::lower_properties((*ir)->bitcode, contract, set);
    auto found = table::count_tables({contract, policy, set, property, *(*programs)[property].program}, options, *toolchain_, *jail_);
    if (!found) throw std::runtime_error(found.error().what);
    return std::move(*found);
  }

  static inline std::unique_ptr<Certifier> certifier_;
  static inline std::unique_ptr<sandbox::RunJail> jail_;
  static inline std::unique_ptr<Toolchain> toolchain_;
};

inline constexpr std::size_t kInGrid = 0, kEachTileOnce = 1;

}  // namespace assay::verify
