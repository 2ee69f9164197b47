#include "verify/smt/sexpr.h"

#include <algorithm>

namespace assay::verify::smt {
namespace {

constexpr std::string_view kSpaces = " \t\r\n";
constexpr std::string_view kSigns = "~!@$%^&*_-+=<>.?/";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_symbol_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || kSigns.find(c) != std::string_view::npos;
}
bool all_of(std::string_view text, bool (*test)(char)) { return !text.empty() && std::ranges::all_of(text, test); }

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Result<std::vector<Sexpr>> run() {
    std::vector<std::vector<Sexpr>> open(1);
    for (skip(); at_ < text_.size(); skip()) {
      char c = text_[at_];
      if (c == '(') {
        if (open.size() > static_cast<std::size_t>(kDeepestNesting)) return wrong("too deeply nested");
        open.emplace_back();
        ++at_;
      } else if (c == ')') {
        if (open.size() == 1) return wrong("a ) too many");
        Sexpr list{Sexpr::Kind::list, {}, std::move(open.back())};
        open.pop_back();
        open.back().push_back(std::move(list));
        ++at_;
      } else {
        auto atom = read_atom();
        if (!atom) return std::unexpected(atom.error());
        open.back().push_back(std::move(*atom));
      }
    }
    if (open.size() != 1) return wrong("a ( is not closed");
    return std::move(open[0]);
  }

 private:
  std::unexpected<Error> wrong(std::string_view what) const {
    auto line = 1 + std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(std::min(at_, text_.size())), '\n');
    return fail("SMT-LIB, line " + std::to_string(line) + ": " + std::string(what));
  }

  /// White space and comments.
  void skip() {
    while (at_ < text_.size()) {
      if (text_[at_] == ';') at_ = std::min(text_.find('\n', at_), text_.size());
      else if (kSpaces.find(text_[at_]) != std::string_view::npos) ++at_;
      else return;
    }
  }

  Result<Sexpr> read_atom() {
    if (text_[at_] == '|') return quoted();
    if (text_[at_] == '#') return bits();
    bool is_keyword = text_[at_] == ':';
    std::size_t begin = at_ + (is_keyword ? 1 : 0), end = begin;
    while (end < text_.size() && is_symbol_char(text_[end])) ++end;
    std::string_view atom = text_.substr(begin, end - begin);
    if (atom.empty()) return wrong("a character that is not understood");
    at_ = end;
    if (is_keyword) return Sexpr{Sexpr::Kind::keyword, atom, {}};
    if (!is_digit(atom[0])) return Sexpr{Sexpr::Kind::symbol, atom, {}};
    return number(atom);
  }

  Result<Sexpr> number(std::string_view atom) const {
    auto dot = atom.find('.');
    bool padded = atom[0] == '0' && dot != 1 && atom.size() > 1;
    if (padded) return wrong("a number with a leading zero");
    if (dot == std::string_view::npos && all_of(atom, is_digit)) return Sexpr{Sexpr::Kind::numeral, atom, {}};
    if (dot != std::string_view::npos && all_of(atom.substr(0, dot), is_digit) && all_of(atom.substr(dot + 1), is_digit))
      return Sexpr{Sexpr::Kind::decimal, atom, {}};
    return wrong("a malformed number");
  }

  Result<Sexpr> quoted() {
    auto end = text_.find('|', at_ + 1);
    if (end == std::string_view::npos) return wrong("a | is not closed");
    std::string_view atom = text_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    return Sexpr{Sexpr::Kind::symbol, atom, {}};
  }

  Result<Sexpr> bits() {
    bool is_binary = at_ + 1 < text_.size() && text_[at_ + 1] == 'b';
    bool is_hexadecimal = at_ + 1 < text_.size() && text_[at_ + 1] == 'x';
    std::size_t end = at_ + 2;
    auto fits = [&](char c) {
      if (is_binary) return c == '0' || c == '1';
      return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    };
    while (end < text_.size() && fits(text_[end])) ++end;
    if ((!is_binary && !is_hexadecimal) || end == at_ + 2) return wrong("a malformed bit-vector");
    std::string_view digits = text_.substr(at_ + 2, end - at_ - 2);
    at_ = end;
    if (at_ < text_.size() && is_symbol_char(text_[at_])) return wrong("a malformed bit-vector");
    return Sexpr{is_binary ? Sexpr::Kind::binary : Sexpr::Kind::hexadecimal, digits, {}};
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

Result<std::vector<Sexpr>> read_sexprs(std::string_view text) { return Reader(text).run(); }

}  // namespace assay::verify::smt
