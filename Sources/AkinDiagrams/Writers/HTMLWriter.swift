/// Writes a scene as one page of its own: the picture with pan, zoom and search. It fetches nothing, which its policy says
/// to the browser too, except images that the caller allowed.
enum HTMLWriter {
  static func text(of scene: Scene, diagram: Diagram) -> String {
    let hasRemote = scene.nodes.contains { figure in
      if case .remote? = figure.image { true } else { false }
    }
    let position = Dictionary(uniqueKeysWithValues: diagram.nodes.enumerated().map { ($1.key, $0) })
    let ends = diagram.edges.map { "[\(position[$0.from]!), \(position[$0.to]!)]" }.joined(separator: ", ")
    let names = diagram.nodes.map { JSONText.string(DiagramText.visibleLabel(of: $0)) }.joined(separator: ", ")
    let theme = scene.theme
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; \
      script-src 'unsafe-inline'; img-src data:\(hasRemote ? " https: http:" : "")">
      <title>\(xmlEscaped(scene.title.isEmpty ? "Diagram" : scene.title))</title>
      <style>
      html, body { margin: 0; height: 100%; background: \(theme.ground); color: \(theme.ink); font: 14px sans-serif; }
      body { display: flex; flex-direction: column; }
      form { padding: 8px 12px; display: flex; gap: 8px; align-items: center; border-bottom: 1px solid \(theme.lines.faint); }
      input, button { font: inherit; color: inherit; background: \(theme.ground); border: 1px solid \(theme.mutedInk); \
      border-radius: 4px; padding: 4px 8px; }
      #view { flex: 1; overflow: hidden; touch-action: none; cursor: grab; }
      #view svg { width: 100%; height: 100%; display: block; }
      .faded { opacity: 0.15; }
      .found > rect, .found > ellipse, .found > polygon, .found > a > rect, .found > a > ellipse, .found > a > polygon \
      { stroke-width: 4; }
      </style>
      </head>
      <body>
      <form role="search">
      <input id="search" type="search" placeholder="Search" aria-label="Search for a node">
      <output id="count" aria-live="polite"></output>
      <button id="whole" type="button">Whole picture</button>
      </form>
      <div id="view">
      \(SVGWriter.element(of: scene))</div>
      <script>
      "use strict";
      const names = [\(names)];
      const ends = [\(ends)];
      \(script)
      </script>
      </body>
      </html>

      """
  }

  private static let script = """
    const svg = document.querySelector("#view svg");
    const nodes = names.map((_, n) => document.getElementById("node" + n));
    const edges = ends.map((_, n) => document.getElementById("edge" + n));
    const whole = svg.getAttribute("viewBox").split(" ").map(Number);
    let box = whole.slice();
    const show = () => svg.setAttribute("viewBox", box.join(" "));
    const scale = () => {
      const area = svg.getBoundingClientRect();
      return Math.max(box[2] / area.width, box[3] / area.height);
    };
    const at = (event) => {
      const area = svg.getBoundingClientRect();
      const size = scale();
      return [
        box[0] + box[2] / 2 + (event.clientX - area.left - area.width / 2) * size,
        box[1] + box[3] / 2 + (event.clientY - area.top - area.height / 2) * size,
      ];
    };
    const zoom = (factor, x, y) => {
      const width = Math.min(whole[2] * 4, Math.max(whole[2] / 50, box[2] * factor));
      factor = width / box[2];
      box = [x + (box[0] - x) * factor, y + (box[1] - y) * factor, width, box[3] * factor];
      show();
    };
    svg.addEventListener("wheel", (event) => {
      event.preventDefault();
      zoom(Math.exp(event.deltaY * 0.0015), ...at(event));
    }, { passive: false });
    let grip = null;
    svg.addEventListener("pointerdown", (event) => { grip = [event.clientX, event.clientY]; });
    window.addEventListener("pointermove", (event) => {
      if (!grip) return;
      const size = scale();
      box[0] -= (event.clientX - grip[0]) * size;
      box[1] -= (event.clientY - grip[1]) * size;
      grip = [event.clientX, event.clientY];
      show();
    });
    window.addEventListener("pointerup", () => { grip = null; });
    window.addEventListener("keydown", (event) => {
      if (event.target.id === "search") return;
      const step = box[2] / 10;
      const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
      if (moves[event.key]) { box[0] += moves[event.key][0]; box[1] += moves[event.key][1]; show(); }
      if (event.key === "+" || event.key === "-")
        zoom(event.key === "+" ? 0.8 : 1.25, box[0] + box[2] / 2, box[1] + box[3] / 2);
    });
    document.getElementById("whole").addEventListener("click", () => { box = whole.slice(); show(); });
    const light = (keep) => {
      nodes.forEach((node, n) => node.classList.toggle("faded", keep !== null && !keep.has(n)));
      edges.forEach((edge, n) =>
        edge.classList.toggle("faded", keep !== null && !(keep.has(ends[n][0]) && keep.has(ends[n][1]))));
    };
    let found = null;
    nodes.forEach((node, n) => {
      node.addEventListener("pointerenter", () => {
        if (found) return;
        const near = new Set([n]);
        ends.forEach(([from, to]) => { if (from === n) near.add(to); if (to === n) near.add(from); });
        light(near);
      });
      node.addEventListener("pointerleave", () => { if (!found) light(null); });
    });
    const search = document.getElementById("search");
    const count = document.getElementById("count");
    search.form.addEventListener("submit", (event) => event.preventDefault());
    search.addEventListener("input", () => {
      const wanted = search.value.trim().toLocaleLowerCase();
      found = wanted === "" ? null : new Set();
      if (found) names.forEach((name, n) => { if (name.toLocaleLowerCase().includes(wanted)) found.add(n); });
      light(found);
      nodes.forEach((node, n) => node.classList.toggle("found", found !== null && found.has(n)));
      count.textContent = found === null ? "" : found.size + " of " + names.length;
      if (found && found.size === 1) {
        const place = nodes[[...found][0]].getBBox();
        box[0] = place.x + place.width / 2 - box[2] / 2;
        box[1] = place.y + place.height / 2 - box[3] / 2;
        show();
      }
    });
    """
}
