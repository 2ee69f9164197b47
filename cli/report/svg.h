#pragma once
// Pieces of the report's figures: inline SVG, coloured by the page's style, with text that is escaped.

#include <string>

namespace assay::cli::svg {

constexpr double kWidth = 900, kHeight = 380, kLeft = 70, kRight = 170, kTop = 14, kBottom = 52;  ///< of a wide figure

std::string number(double value);
std::string attribute(const char* name, const std::string& value);
std::string attribute(const char* name, double value);
std::string line(const char* style, double x1, double y1, double x2, double y2);
std::string label(const char* style, const char* anchor, double x, double y, const std::string& text);
std::string open(double width, double height, const std::string& title);

/// A value's place between two ends of the picture.
struct Scale {
  double low, high, at_low, at_high;
  double operator()(double value) const { return at_low + (value - low) / (high - low) * (at_high - at_low); }
};

/// A tick's text with as many decimals as the step needs.
std::string tick_text(double value, double step);

/// Both axes of a wide figure with their grid; x counts candidates.
std::string axes(const std::string& y_title, const Scale& x, const Scale& y);

}  // namespace assay::cli::svg
