#pragma once
// The files of web/ that a page is made of; compiled into the program, so that a report needs nothing beside it.

#include <string_view>

namespace assay::cli {

std::string_view report_page();   ///< web/report.html, with {{slots}}
std::string_view report_style();  ///< web/report.css

}  // namespace assay::cli
