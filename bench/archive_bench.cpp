// The archive at size: insert, parent selection and resume with 100,000 candidates.
// Prints p50 and p99 of each; `archive_bench [candidates] [folder]`.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "evolve/archive.h"
#include "evolve/strategy.h"

namespace {

using assay::evolve::Archive;
using assay::evolve::CandidateRecord;
using Clock = std::chrono::steady_clock;

double ms_since(Clock::time_point start) { return std::chrono::duration<double, std::milli>(Clock::now() - start).count(); }

void report(const char* what, std::vector<double> ms) {
  std::sort(ms.begin(), ms.end());
  std::printf("%-24s p50 %8.4f ms   p99 %8.4f ms   max %8.3f ms   (%zu)\n", what, ms[ms.size() / 2], ms[ms.size() * 99 / 100],
              ms.back(), ms.size());
}

std::string policy_text(std::uint64_t index) {
  std::string text = "i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {\n";
  for (int line = 0; line < 20; ++line)
    text += "  const i64 v" + std::to_string(line) + " = sat_add(object.hits, " + std::to_string(index * 31 + static_cast<unsigned>(line)) + ");\n";
  return text + "  return clamp(v19, -kMaxPriority, kMaxPriority);\n}\n";
}

CandidateRecord record_of(std::uint64_t index, const assay::Digest& source, const assay::Digest& emitted) {
  CandidateRecord record;
  record.index = index;
  record.island = static_cast<std::uint32_t>(index % 2);
  if (index) record.parents = {index / 2, index / 3};
  record.provider = "mutate";
  record.operation = "crossover";
  record.source = source;
  record.emitted = emitted;
  record.ast = assay::sha256("ast" + std::to_string(index));
  record.ir = assay::sha256("ir" + std::to_string(index));
  record.behaviour = assay::sha256("behaviour" + std::to_string(index));
  record.size = 60 + index % 40;
  for (const char* name : {"day1", "day2", "day3"})
    record.train.push_back({name, 0.3 + 1.0 / static_cast<double>(3 + index * 7919 % 100003),
                            {{"misses", 31000.0 + static_cast<double>(index)}, {"requests", 100000.0}}});
  record.fitness = record.train[0].objective;
  record.stage_ns = {{"propose", 100000}, {"screen", 4000000}, {"compile", 6000000}, {"run", 9000000}, {"replay", 8000000}};
  return record;
}

int stop(const assay::Error& error) {
  std::fprintf(stderr, "%s\n", error.what.c_str());
  return 2;
}

int insert(const std::filesystem::path& folder, std::uint64_t count) {
  auto archive = Archive::create(folder);
  if (!archive) return stop(archive.error());
  std::vector<double> ms;
  for (std::uint64_t i = 0; i < count; ++i) {
    auto start = Clock::now();
    auto done = (*archive)->transaction([&]() -> assay::Result<void> {
      auto source = (*archive)->put_blob(policy_text(i));
      auto emitted = (*archive)->put_blob(policy_text(i) + "\n");
      if (!source || !emitted) return assay::fail("blob");
      return (*archive)->append(record_of(i, *source, *emitted));
    });
    ms.push_back(ms_since(start));
    if (!done) return stop(done.error());
  }
  report("insert", std::move(ms));
  return 0;
}

/// Opens the archive and rebuilds the population; materials (the elites' texts, screened) are read, not parsed.
int resume(const std::filesystem::path& folder, assay::evolve::Population& population, assay::evolve::Known& known) {
  auto start = Clock::now();
  auto archive = Archive::open(folder);
  if (!archive) return stop(archive.error());
  auto done = (*archive)->for_each_summary([&](const assay::evolve::CandidateSummary& row) {
    known.add(row.ast, row.index);
    known.add(row.ir, row.index);
    population.apply({row, nullptr});
  });
  if (!done) return stop(done.error());
  auto filled = population.complete([&](std::uint64_t index) -> assay::Result<std::shared_ptr<const assay::evolve::Material>> {
    auto record = (*archive)->candidate(index);
    if (!record) return std::unexpected(record.error());
    auto text = (*archive)->blob((*record)->source);
    if (!text) return std::unexpected(text.error());
    return std::make_shared<const assay::evolve::Material>();
  });
  if (!filled) return stop(filled.error());
  std::printf("%-24s %.3f s\n", "resume", ms_since(start) / 1000);
  start = Clock::now();
  if (auto holds = (*archive)->verify_chain(); !holds) return stop(holds.error());
  std::printf("%-24s %.3f s\n", "verify_chain", ms_since(start) / 1000);
  return 0;
}

int select(const assay::evolve::Population& population) {
  auto strategy = assay::evolve::make_strategy("islands", {{}, {}});
  if (!strategy) return stop(strategy.error());
  std::vector<double> ms;
  std::uint64_t chosen = 0;
  for (std::uint64_t i = 0; i < 10000; ++i) {
    auto start = Clock::now();
    assay::evolve::Random random(1, i);
    chosen += (*strategy)->choose(population, i, random).parents.size();
    ms.push_back(ms_since(start));
  }
  report("parent selection", std::move(ms));
  return chosen == 0;
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t count = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 100000;
  std::filesystem::path base = argc > 2 ? argv[2] : std::filesystem::temp_directory_path();
  std::string pattern = (base / "assay-archive-bench-XXXXXX").string();
  std::filesystem::path folder = ::mkdtemp(pattern.data());
  int code = insert(folder, count);
  std::uintmax_t bytes = std::filesystem::file_size(folder / "archive.sqlite");
  std::printf("%-24s %.1f MB, %.0f bytes a candidate\n", "file", static_cast<double>(bytes) / 1e6,
              static_cast<double>(bytes) / static_cast<double>(count));
  assay::evolve::Population population({});
  assay::evolve::Known known;
  if (code == 0) code = resume(folder, population, known);
  if (code == 0) code = select(population);
  std::filesystem::remove_all(folder);
  return code;
}
