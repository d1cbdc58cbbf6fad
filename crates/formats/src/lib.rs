//! Report bytes to findings and coverage. One file a format. Pure.
