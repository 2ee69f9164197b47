// assay key: the pair of keys with which bundles are signed and gated.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "base/file.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "verify/attest/key.h"

namespace assay::cli {
namespace {

struct Arguments {
  std::string file;
  bool json = false;
};

Result<int> make_key(const Arguments& arguments) {
  auto key = verify::attest::SigningKey::generate();
  if (!key) return std::unexpected(key.error());
  if (auto saved = key->save(arguments.file); !saved) return std::unexpected(saved.error());
  const std::string open = arguments.file + ".pub.pem";
  if (auto written = write_file(open, key->public_key().pem()); !written) return std::unexpected(written.error());
  if (arguments.json) print_json({{"secret", arguments.file}, {"public", open}, {"id", key->public_key().id()}});
  else
    std::printf("secret  %s  (keep it; only you can read it)\npublic  %s  (give it to who gates: assay gate --trust)\nid      %s\n",
                arguments.file.c_str(), open.c_str(), key->public_key().id().c_str());
  return kOk;
}

}  // namespace

void add_key(CLI::App& parent, Action& action) {
  auto* command = parent.add_subcommand("key", "make a pair of Ed25519 keys to sign bundles with");
  command->require_subcommand(1);
  auto arguments = std::make_shared<Arguments>();
  auto* make = command->add_subcommand("new", "write FILE (secret, for its owner alone) and FILE.pub.pem");
  make->add_option("file", arguments->file, "where the secret key goes; never written over")->required();
  make->add_flag("--json", arguments->json, "one JSON object on stdout");
  make->footer("Both are PEM files that openssl reads.\n\nExamples:\n  assay key new signing-key\n");
  make->callback([arguments, &action] {
    action = [arguments] {
      auto code = make_key(*arguments);
      return code ? *code : report_error(code.error(), arguments->json);
    };
  });
}

}  // namespace assay::cli
