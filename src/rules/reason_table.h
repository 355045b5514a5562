/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of the table of reason.h, in the order in which they are asked. */
#ifndef LKM_RULES_REASON_TABLE_H
#define LKM_RULES_REASON_TABLE_H

#include "rules/reason.h"

extern const struct rule_reason rule_entry_rows[];
extern const size_t n_rule_entry_rows;
extern const struct rule_reason rule_elf_rows[];
extern const size_t n_rule_elf_rows;
extern const struct rule_reason rule_symbol_rows[];
extern const size_t n_rule_symbol_rows;
extern const struct rule_reason rule_init_rows[];
extern const size_t n_rule_init_rows;
extern const struct rule_reason rule_unload_rows[];
extern const size_t n_rule_unload_rows;
extern const struct rule_reason rule_note_rows[];
extern const size_t n_rule_note_rows;
extern const struct rule_reason rule_stray_rows[];
extern const size_t n_rule_stray_rows;

/* Bytes of the conversion that @f points at ("%lu": 3). */
size_t rule_conversion(const char *f) _pure_;

#endif
