"""RULES: the table of contents, in code order.

A code never comes back once retired; retired codes stay here as comments.
"""

from __future__ import annotations

if __name__ != "auditor.rules":  # with the repository root on sys.path, `import rules` would make a second table
    raise ImportError("write `import auditor.rules`: `rules` is not a package of its own")

from auditor.rule import AnyRule
from auditor.rules import (
    format_bad_header,
    format_bad_markup,
    format_bad_numbering,
    format_bad_setting,
    format_empty_cue,
    format_extension_mismatch,
    format_legacy_encoding,
    format_lost_text,
    format_malformed_timing,
    format_unreadable_file,
    format_unused_suppression,
    korean_mixed_speech_level,
    korean_non_word,
    korean_wrong_particle,
    korean_wrong_spacing,
    mixed_foreign_cue,
    mixed_foreign_fragment,
    mixed_wrong_language_file,
    phantom_phrase,
    reading_broken_phrase,
    reading_line_too_long,
    reading_too_fast,
    reading_too_many_lines,
    reading_too_slow,
    recogniser_low_confidence,
    recogniser_text_over_silence,
    recogniser_word_anomaly,
    reference_high_error_cue,
    reference_inconsistent_term,
    reference_invented_text,
    reference_missing_speech,
    reference_number_mismatch,
    repetition_looped_characters,
    repetition_looped_phrase,
    repetition_repeated_cue,
    repetition_stuck_transcript,
    text_escaped_entity,
    text_invisible_characters,
    text_letter_salad,
    text_mixed_script_word,
    text_mojibake,
    text_not_normalised,
    text_orphan_punctuation,
    text_stray_jamo,
    text_unwanted_term,
    timing_cue_overlap,
    timing_cue_too_long,
    timing_cue_too_short,
    timing_gap_too_short,
    timing_machine_timing,
    timing_no_duration,
    timing_out_of_order,
    timing_uncaptioned_hole,
)

RULES: tuple[AnyRule, ...] = (
    format_unreadable_file.RULE,  # FMT001
    format_bad_header.RULE,  # FMT002
    format_malformed_timing.RULE,  # FMT003
    format_lost_text.RULE,  # FMT004
    format_bad_setting.RULE,  # FMT005
    format_extension_mismatch.RULE,  # FMT006
    format_legacy_encoding.RULE,  # FMT007
    format_bad_markup.RULE,  # FMT008
    format_empty_cue.RULE,  # FMT009
    format_bad_numbering.RULE,  # FMT010
    format_unused_suppression.RULE,  # FMT011
    timing_cue_overlap.RULE,  # TIM101
    timing_cue_too_short.RULE,  # TIM102
    timing_cue_too_long.RULE,  # TIM103
    timing_gap_too_short.RULE,  # TIM104
    timing_out_of_order.RULE,  # TIM105
    timing_no_duration.RULE,  # TIM106
    timing_uncaptioned_hole.RULE,  # TIM107
    timing_machine_timing.RULE,  # TIM108
    reading_too_fast.RULE,  # RDG201
    reading_too_slow.RULE,  # RDG202
    reading_line_too_long.RULE,  # RDG203
    reading_too_many_lines.RULE,  # RDG204
    reading_broken_phrase.RULE,  # RDG205
    repetition_looped_phrase.RULE,  # REP301
    repetition_looped_characters.RULE,  # REP302
    repetition_repeated_cue.RULE,  # REP303
    repetition_stuck_transcript.RULE,  # REP304
    mixed_foreign_fragment.RULE,  # MIX401
    mixed_foreign_cue.RULE,  # MIX402
    mixed_wrong_language_file.RULE,  # MIX403
    phantom_phrase.RULE,  # PHR501
    text_mojibake.RULE,  # TXT601
    text_invisible_characters.RULE,  # TXT602
    text_not_normalised.RULE,  # TXT603
    text_escaped_entity.RULE,  # TXT604
    text_stray_jamo.RULE,  # TXT605
    text_mixed_script_word.RULE,  # TXT606
    text_unwanted_term.RULE,  # TXT607
    text_orphan_punctuation.RULE,  # TXT608
    text_letter_salad.RULE,  # TXT609
    korean_non_word.RULE,  # KOR701
    korean_mixed_speech_level.RULE,  # KOR702
    korean_wrong_spacing.RULE,  # KOR703
    korean_wrong_particle.RULE,  # KOR704
    reference_high_error_cue.RULE,  # REF801
    reference_missing_speech.RULE,  # REF802
    reference_invented_text.RULE,  # REF803
    reference_number_mismatch.RULE,  # REF804
    reference_inconsistent_term.RULE,  # REF805
    recogniser_low_confidence.RULE,  # ASR901
    recogniser_text_over_silence.RULE,  # ASR902
    recogniser_word_anomaly.RULE,  # ASR903
)
