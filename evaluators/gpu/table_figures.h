#pragma once
// Figures out of a table that a device was measured into once (kernels/table.h).

#include <filesystem>
#include <map>
#include <memory>
#include <vector>

#include "evaluators/gpu/figures.h"

namespace assay::evaluators::gpu {

class TableFigures final : public Figures {
 public:
  /// The same file, byte for byte, is read once. Error: no table, or not one of this kind.
  static Result<std::shared_ptr<const TableFigures>> load(const std::filesystem::path& path, Kind kind);

  std::string provenance() const override { return provenance_; }
  Digest digest() const override { return digest_; }
  const Device& device() const override { return device_; }
  Result<std::vector<std::optional<Figure>>> times(const Subject& subject, std::span<const Action> actions) const override;
  std::vector<Action> known(const Subject& subject) const override;

  /// In the table's order.
  const std::vector<Shape>& shapes() const { return shapes_; }

 private:
  struct Entry {
    Figure figure;
    std::string name;  ///< of an order
  };
  static Result<std::shared_ptr<const TableFigures>> parse(const std::string& text, const std::string& path, Kind kind);

  std::string provenance_;
  Digest digest_;
  Device device_;
  std::vector<Shape> shapes_;
  std::map<std::string, std::map<std::string, Entry>, std::less<>> entries_;  ///< by the shape's text, then by action
};

}  // namespace assay::evaluators::gpu
