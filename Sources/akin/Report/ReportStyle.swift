/// The look of a report: one sheet for light and dark, colours that colour-blind readers tell apart (after Okabe & Ito,
/// "Color universal design", 2008), no file or font from elsewhere.
enum ReportStyle {
  static let css = """
    :root{color-scheme:light dark;--page:#f6f7f9;--card:#fff;--ink:#1b1f24;--soft:#5b6570;--rule:#dfe3e8;--zero:#aeb6bf;
    --c0:#0072b2;--c1:#d55e00;--c2:#009e73;--c3:#b5579a;--c4:#c08a00;--c5:#3a9bd6;--c6:#6b5b4b;--c7:#3f3f46;--best:#e8f3ec}
    @media(prefers-color-scheme:dark){:root{--page:#14171b;--card:#1d2126;--ink:#e8ebee;--soft:#a2acb6;--rule:#31373e;
    --zero:#5a636d;--c0:#4aa8e0;--c1:#ff8a3d;--c2:#33c79c;--c3:#e08bc4;--c4:#e9b83b;--c5:#8fd0ff;--c6:#bda78f;--c7:#c9ced4;
    --best:#1f3a2d}}
    *{box-sizing:border-box}
    body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",
    "DejaVu Sans",sans-serif;-webkit-font-smoothing:antialiased}
    main{max-width:1160px;margin:0 auto;padding:36px 22px 64px}
    h1{font-size:27px;line-height:1.25;margin:0 0 4px;letter-spacing:-.01em;overflow-wrap:anywhere}
    .lead{color:var(--soft);margin:0 0 22px;max-width:80ch}
    .facts{display:flex;flex-wrap:wrap;gap:10px 34px;margin:0 0 26px;padding:0}
    .facts div{min-width:0}.facts dt{color:var(--soft);font-size:12.5px}.facts dd{margin:0;font-size:20px;font-weight:600;
    font-variant-numeric:tabular-nums}
    section,figure{background:var(--card);border:1px solid var(--rule);border-radius:12px;margin:0;padding:18px 20px}
    section{margin-bottom:18px}
    h2{font-size:16px;margin:0}
    .charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,480px),1fr));gap:18px}
    figcaption p{color:var(--soft);margin:2px 0 10px;font-size:13px;line-height:1.45;min-height:38px}
    svg{display:block;width:100%;height:auto}
    .scroll{overflow-x:auto}
    table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
    th,td{padding:7px 12px;text-align:right;border-bottom:1px solid var(--rule);white-space:nowrap}
    th:first-child{text-align:left}tbody th{font-weight:500;white-space:normal;overflow-wrap:anywhere;min-width:8em}thead th{color:var(--soft);font-weight:500;font-size:13px}
    tbody tr:last-child>*{border-bottom:0}
    td .range{display:block;color:var(--soft);font-size:11.5px;line-height:1.2}
    td.best{font-weight:700;background:var(--best)}
    .key{display:inline-block;width:14px;height:14px;vertical-align:-2px;margin-right:8px}
    .note{color:var(--soft);font-size:13px;margin:10px 0 0}
    .warn{border-left:4px solid var(--c1)}.warn ul{margin:6px 0 0;padding-left:20px}
    details{margin-top:8px;font-size:13px}summary{cursor:pointer;color:var(--soft)}
    code{font:12.5px ui-monospace,"SF Mono","DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
    dl.params{margin:8px 0 0}dl.params dt{font-weight:600}dl.params dd{margin:0 0 6px;color:var(--soft)}
    .legend{position:sticky;top:0;z-index:2;display:flex;flex-wrap:wrap;gap:4px 20px;padding:10px 20px;margin-bottom:18px;
    background:var(--card);border:1px solid var(--rule);border-radius:12px;font-size:14px}
    .tick{fill:var(--soft);font-size:11.5px}.strong{fill:var(--ink);font-size:12px}.axis{fill:var(--soft);font-size:12px}
    .name{fill:var(--ink);font-size:12px;paint-order:stroke;stroke:var(--card);stroke-width:3px;stroke-linejoin:round}
    .grid{stroke:var(--rule);stroke-width:1}.zero{stroke:var(--zero);stroke-width:1}
    .divider{stroke:var(--rule);stroke-width:1;stroke-dasharray:2 3}
    .line{fill:none;stroke-width:2.2;stroke-linejoin:round}.d1{stroke-dasharray:7 3}.d2{stroke-dasharray:2.5 2.5}
    .band{opacity:.14;stroke:none}.stem{stroke-width:2;opacity:.35}.whisker{stroke-width:2}
    .mark>*{stroke:var(--card);stroke-width:1.2}.mark:hover>*,.bar:hover rect{stroke:var(--ink)}
    .second{opacity:.45}
    \((0..<8).map { """
      .mark.c\($0)>*,.band.c\($0),.bar.c\($0) rect{fill:var(--c\($0))}.line.c\($0),.stem.c\($0),.whisker.c\($0){stroke:var(--c\($0))}
      """ }.joined(separator: "\n"))
    @media print{.legend{position:static}body{background:#fff}figure,section{break-inside:avoid}}
    """
}
