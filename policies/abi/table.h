#pragma once
// Words of a properties.cpp about numberings: ids 0, 1, 2, ... and the place in a table that each of them gets. C++20, no standard library.
// Included after policies/abi/property.h.
//
//   /// Every tile is computed by exactly one block.
//   ASSAY_PROPERTY(each_tile_once, required) {
//     auto grid = any<Grid>();
//     prove_each_once<kMostBlocks>(grid.rows, grid.columns, [&](i64 id) { return Place{row(grid, {id}), column(grid, {id})}; });
//   }
//
// To a solver each is a claim about any id, or any two of them: words of property.h. Where no solver settles it every table is
// written out by the compiled candidate and counted (verify/table/): then the word is the last one of its property.

struct Place {
  i64 row, column;
};

#if defined(ASSAY_WRITE_TABLES)

/// Writes the places of ids 0 .. rows * columns - 1 (verify/table/table_driver.cpp).
template <i64 kMost, class PlaceOf>
void assay_write_table(i64 rows, i64 columns, PlaceOf place) {
  i64 id = 0;
  for (const i64 end = assay_begin_table(rows, columns, kMost, id); id < end; ++id) {
    const Place at = place(id);
    assay_write_place(at.row, at.column);
  }
}

#endif

/// Claims that ids 0 .. rows * columns - 1 get places with 0 <= row < rows and 0 <= column < columns, and that there are at most kMost of them.
template <i64 kMost, class PlaceOf>
void prove_in_table(i64 rows, i64 columns, PlaceOf place, int line = __builtin_LINE(), int column = __builtin_COLUMN()) {
#if defined(ASSAY_WRITE_TABLES)
  assay_write_table<kMost>(rows, columns, place);
#else
  const i64 id = any_in(0, kMost - 1, line, column);
  prove(rows * columns <= kMost, line, column);
  assume(id < rows * columns);
  const Place at = place(id);
  prove(0 <= at.row && at.row < rows && 0 <= at.column && at.column < columns, line, column);
#endif
}

/// Claims that no two of the ids 0 .. rows * columns - 1 get the same place, and that there are at most kMost of them. Together with
/// prove_in_table: each place of the table is given exactly once.
template <i64 kMost, class PlaceOf>
void prove_each_once(i64 rows, i64 columns, PlaceOf place, int line = __builtin_LINE(), int column = __builtin_COLUMN()) {
#if defined(ASSAY_WRITE_TABLES)
  assay_write_table<kMost>(rows, columns, place);
#else
  const i64 first = any_in(0, kMost - 1, line, column), second = any_in(0, kMost - 1, line, column);
  prove(rows * columns <= kMost, line, column);
  assume(first < second && second < rows * columns);
  const Place a = place(first), b = place(second);
  prove(a.row != b.row || a.column != b.column, line, column);
#endif
}
