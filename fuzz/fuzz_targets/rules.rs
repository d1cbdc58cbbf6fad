#![no_main]

// Even bytes: a mapping and its report. Odd bytes: a file that wants one.
libfuzzer_sys::fuzz_target!(|data: &[u8]| match data.split_first() {
    Some((pick, data)) if pick % 2 == 0 => fuzz::mapping(data),
    Some((_, data)) => fuzz::suggest(data),
    None => {}
});
