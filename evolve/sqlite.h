#pragma once
// SQLite as values: a connection and prepared statements, with every failure an Error that names the database.
//
// Internal to evolve/. Not synchronised: the archive holds a lock around it.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace assay::evolve {

class Statement {
 public:
  Statement(Statement&&) = default;
  Statement& operator=(Statement&&) = default;

  Statement& bind(int position, std::int64_t value);
  Statement& bind(int position, double value);
  Statement& bind_text(int position, std::string_view text);
  Statement& bind_blob(int position, std::string_view bytes);
  Statement& bind_null(int position);

  /// True while there is a row. The statement is reset on the end and on an error.
  Result<bool> step();
  /// Runs to the end; rows are dropped.
  Result<void> run();
  void reset();

  std::int64_t integer(int column) const;
  double real(int column) const;
  bool is_null(int column) const;
  /// Valid until the next step.
  std::string_view bytes(int column) const;

 private:
  friend class Database;
  struct Finalise {
    void operator()(sqlite3_stmt* statement) const;
  };
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
  std::unique_ptr<sqlite3_stmt, Finalise> statement_;
};

class Database {
 public:
  enum class Mode { create, write, read };
  static Result<Database> open(const std::filesystem::path& path, Mode mode);

  /// One or more statements without parameters.
  Result<void> execute(const std::string& sql);
  Result<Statement> prepare(const std::string& sql) const;
  /// First column of the first row; nothing when there is no row or it is null.
  Result<std::optional<std::int64_t>> query_integer(const std::string& sql) const;

 private:
  struct Close {
    void operator()(sqlite3* connection) const;
  };
  explicit Database(sqlite3* connection) : connection_(connection) {}
  std::unique_ptr<sqlite3, Close> connection_;
};

}  // namespace assay::evolve
