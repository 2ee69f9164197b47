#pragma once
// A case of the attack corpus: tests/cases/attacks/<name>.cpp, a policy's text with a head that says what must come of it.
//
//   // attack: <what it tries, in a sentence>          always; the head is the lines of "// key: value" at the top
//   // task: web_cache_queues                          the contract; web_cache where it is not said
//   // layer: L A S                                    who stops it, first one first (letters below)
//   // outcome: refused | <words>                      with the whole stack; the detail must hold the words, if any
//   // screen-off: syscall_denied S | <words>          outcome and layer when the raw text goes to the compiler
//   // further-without: seccomp rlimits: ok            with the screen off and these layers of the run jail too: it gets further
//   // compiler: syscall_denied                        its code run inside the compile jail, as if it had taken Clang over
//   // compiler-without: seccomp rlimits: ok           the same, with these layers of the compile jail off
//   // objects-off: signal                             with the screen and the checks of objects off
//   // residual: <what is not held>                    it may score better than it should; the harness asserts that it does
//   // honest: yes                                     it may score as any honest policy does
//   // needs: worker memory                            held by the limit on a compiler's memory, which a sanitizer's build has not
//   // weighs: much                                    it fills memory: not run where the layer is off that bounds it
//
// Layers: L text screen, A AST screen with the rules, F compile flags and object checks, C compile jail, R limits of either jail
// and deadlines, S seccomp, D Landlock and namespaces, J the run jail's memory map, clock and wait status, E trusted replay
// and the design of the evaluation. Letters after the first few that the harness can see (L, A, and the one of screen-off)
// are what the case's author claims; `further-without` shows them.
//
// In the text, a line "//* N TEXT" becomes N times TEXT without a line's end (\xNN is a byte, \n a line's end, \i the
// number of the repetition from 1 on and \p the one before), and a line "// with: raw.inc" becomes that file. A
// scripted completion is a <name>.md without a head (design_test.cpp).

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"

namespace assay::attacks {

using LayerNames = std::vector<std::string>;

struct Expected {
  std::string outcome;
  char layer = 0;
  std::string words;
};

/// With these layers off the case ends in this outcome, and with any of them on again it does not.
struct Further {
  LayerNames without;
  std::string outcome;
};

struct AttackCase {
  std::string name, attack, task = "web_cache", layers, residual, needs, weighs;
  bool is_honest = false;
  Expected whole, screen_off;
  std::optional<std::string> compiler, objects_off;
  std::vector<Further> further, compiler_further;
  std::string text;

  bool stopped_by(char letter) const { return layers.find(letter) != layers.npos; }
};

/// The Error names the file and the line.
Result<AttackCase> read_case(const std::filesystem::path& file);

/// Every case of the folder, sorted by name.
Result<std::vector<AttackCase>> read_corpus(const std::filesystem::path& folder);

}  // namespace assay::attacks
