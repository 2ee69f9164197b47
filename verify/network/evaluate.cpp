#include "verify/network/evaluate.h"

#include <string_view>
#include <vector>

namespace assay::verify::network {
namespace {

using lower::Word;

class Evaluator {
 public:
  Evaluator(std::string_view text, const Values& values) : left_(text), values_(values) {}

  Result<Word> all() {
    auto value = term();
    skip();
    if (value && !left_.empty()) return fail("a formula goes on: " + std::string(left_.substr(0, 40)));
    return value;
  }

 private:
  void skip() {
    while (!left_.empty() && left_[0] == ' ') left_.remove_prefix(1);
  }

  std::string_view token() {
    skip();
    std::size_t length = 0;
    if (!left_.empty() && left_[0] == '|') length = left_.find('|', 1) + 1;
    else length = std::min(left_.find_first_of(" ()"), left_.size());
    std::string_view out = left_.substr(0, length);
    left_.remove_prefix(length);
    return out;
  }

  Result<Word> term() {
    skip();
    if (!left_.starts_with('(')) return atom(token());
    left_.remove_prefix(1);
    const std::string_view head = token();
    std::vector<Word> operands;
    for (skip(); !left_.empty() && left_[0] != ')'; skip()) {
      auto operand = term();
      if (!operand) return operand;
      operands.push_back(*operand);
    }
    if (left_.empty()) return fail("a formula ends too soon");
    left_.remove_prefix(1);
    return apply(head, operands);
  }

  Result<Word> atom(std::string_view name) {
    if (name == "true" || name == "false") return name == "true" ? 1 : 0;
    if (!name.empty() && name.find_first_not_of("0123456789") == name.npos) {
      Word value = 0;
      for (char digit : name) value = 10 * value + (digit - '0');
      return value;
    }
    auto found = values_.find(std::string(name));
    if (found == values_.end()) return fail("no value is known of " + std::string(name));
    return found->second;
  }

  static Result<Word> apply(std::string_view head, const std::vector<Word>& on) {
    if (on.empty()) return fail("nothing to apply " + std::string(head) + " to");
    if (head == "+" || head == "*" || head == "and" || head == "or") return folded(head, on);
    if (head == "not") return on[0] == 0 ? 1 : 0;
    if (head == "-" && on.size() == 1) return -on[0];
    if (head == "ite" && on.size() == 3) return on[0] != 0 ? on[1] : on[2];
    if (on.size() != 2) return fail("an operation of other operands: " + std::string(head));
    if (head == "-") return on[0] - on[1];
    if (head == "=") return on[0] == on[1] ? 1 : 0;
    if (head == "<") return on[0] < on[1] ? 1 : 0;
    if (head == "<=") return on[0] <= on[1] ? 1 : 0;
    if (head == ">") return on[0] > on[1] ? 1 : 0;
    if (head == ">=") return on[0] >= on[1] ? 1 : 0;
    if (head == "mod" && on[1] > 0) return (on[0] % on[1] + on[1]) % on[1];
    if (head == "=>") return on[0] == 0 || on[1] != 0 ? 1 : 0;
    return fail("no such operation: " + std::string(head));
  }

  static Word folded(std::string_view head, const std::vector<Word>& on) {
    Word out = on[0];
    for (std::size_t i = 1; i < on.size(); ++i)
      out = head == "+" ? out + on[i] : head == "*" ? out * on[i] : head == "and" ? (out != 0 && on[i] != 0) : (out != 0 || on[i] != 0);
    return out;
  }

  std::string_view left_;
  const Values& values_;
};

}  // namespace

Result<Word> evaluate(const Formula& formula, const Values& values) { return Evaluator(formula.text, values).all(); }

}  // namespace assay::verify::network
