//! Tables that become cards where they have no room; the first column names the row.

use maud::{Markup, html};

/// A column's heading.
pub type Column<'a> = &'a str;

/// A table. The roles are written out: browsers forget them when a table is laid out as cards.
pub fn table(caption: &Markup, columns: &[Column<'_>], rows: &[Vec<Markup>]) -> Markup {
    html! {
        table class="cards" role="table" {
            caption { (caption) }
            thead role="rowgroup" {
                tr role="row" { @for column in columns { th scope="col" role="columnheader" { (column) } } }
            }
            tbody role="rowgroup" {
                @for row in rows {
                    tr role="row" {
                        @for (at, (cell, column)) in row.iter().zip(columns).enumerate() {
                            @if at == 0 { th scope="row" role="rowheader" { (cell) } }
                            @else { td role="cell" data-label=(column) { (cell) } }
                        }
                    }
                }
            }
        }
    }
}
