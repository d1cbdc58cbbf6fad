//! The reliability diagram: of the links with a confidence, how many are right.

use std::fmt::Write as _;

/// Ten equal bins of confidence: number, mean confidence, number that is right.
pub(crate) fn bins(points: &[(f64, bool)]) -> Vec<(usize, f64, usize)> {
    let mut bins = vec![(0, 0.0, 0); 10];
    for (confidence, right) in points {
        let bin = &mut bins[((confidence * 10.0) as usize).min(9)];
        bin.0 += 1;
        bin.1 += confidence;
        bin.2 += usize::from(*right);
    }
    bins.into_iter().map(|(n, sum, right)| (n, if n == 0 { 0.0 } else { sum / n as f64 }, right)).collect()
}

/// The diagram as SVG, readable on light and dark pages.
pub(crate) fn draw(points: &[(f64, bool)]) -> String {
    const SIDE: f64 = 300.0;
    const EDGE: f64 = 46.0;
    let x = |share: f64| EDGE + share * SIDE;
    let y = |share: f64| 12.0 + (1.0 - share) * SIDE;
    let mut out = String::from(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 370 360\" width=\"370\" height=\"360\" role=\"img\" \
         aria-label=\"Reliability of the confidence of links\" font-family=\"sans-serif\" font-size=\"11\">\n\
         <rect width=\"370\" height=\"360\" fill=\"#ffffff\"/>\n",
    );
    for tenth in 0..=5 {
        let share = f64::from(tenth) / 5.0;
        let _ = writeln!(
            out,
            "<path d=\"M{0:.1} {1:.1}V{2:.1}M{3:.1} {4:.1}H{5:.1}\" stroke=\"#dddddd\"/>\n\
             <text x=\"{0:.1}\" y=\"{6:.1}\" text-anchor=\"middle\" fill=\"#444444\">{share:.1}</text>\n\
             <text x=\"{7:.1}\" y=\"{8:.1}\" text-anchor=\"end\" fill=\"#444444\">{share:.1}</text>",
            x(share),
            y(0.0),
            y(1.0),
            x(0.0),
            y(share),
            x(1.0),
            y(0.0) + 16.0,
            x(0.0) - 6.0,
            y(share) + 4.0
        );
    }
    let _ =
        writeln!(out, "<path d=\"M{:.1} {:.1}L{:.1} {:.1}\" stroke=\"#888888\" stroke-dasharray=\"4 4\"/>", x(0.0), y(0.0), x(1.0), y(1.0));
    for (n, mean, right) in bins(points).into_iter().filter(|(n, _, _)| *n > 0) {
        let (low, high) = crate::tally::wilson(right, n);
        let share = right as f64 / n as f64;
        let radius = 3.0 + (n as f64).ln();
        let _ = writeln!(
            out,
            "<path d=\"M{0:.1} {1:.1}V{2:.1}\" stroke=\"#1f6f8b\" stroke-width=\"1.5\"/>\n\
             <circle cx=\"{0:.1}\" cy=\"{3:.1}\" r=\"{radius:.1}\" fill=\"#1f6f8b\" fill-opacity=\"0.75\"><title>{right} of {n} right at a mean \
             confidence of {mean:.3}</title></circle>",
            x(mean),
            y(low),
            y(high),
            y(share)
        );
    }
    let _ = writeln!(
        out,
        "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\" fill=\"#222222\">mean confidence said</text>\n\
         <text x=\"12\" y=\"{:.1}\" text-anchor=\"middle\" fill=\"#222222\" transform=\"rotate(-90 12 {2:.1})\">share that is right</text>\n</svg>",
        x(0.5),
        y(0.0) + 34.0,
        y(0.5)
    );
    out
}
