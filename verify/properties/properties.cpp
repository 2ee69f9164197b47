#include "verify/properties/properties.h"

namespace assay::verify::properties {

std::string_view name_of(Level level) {
  switch (level) {
    case Level::required: return "required";
    case Level::preferred: return "preferred";
    case Level::info: return "info";
  }
  return "";
}

std::string function_of(const Property& property) { return "assay_property_" + property.name; }

std::string describe(const PropertySet& set) {
  std::string text;
  for (const Property& property : set.properties) {
    if (!text.empty()) text += "\n";
    text += "// " + property.name + " (" + std::string(name_of(property.level)) + "): " + property.doc + "\n" + property.text + "\n";
  }
  return text;
}

}  // namespace assay::verify::properties
