// Draws what commands print as an SVG picture of a terminal, so that the README shows real output.
// Usage: node scripts/terminal-picture.ts docs/img/demo.svg 'bin/spillway demo' ['another command'...]
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

const CHAR_WIDTH = 8.4;
const LINE_HEIGHT = 19;
const MARGIN = 20;
const TITLE_HEIGHT = 36;
/** Wider output is a mistake in the command: it would not be read in a README either. */
const COLUMNS_MAX = 120;

/** The picture. Lines that start with `$ ` are what was typed. */
export function drawTerminal(lines: readonly string[], title: string): string {
  const columns = Math.min(COLUMNS_MAX, Math.max(60, ...lines.map((line) => [...line].length)));
  const width = Math.ceil(columns * CHAR_WIDTH + 2 * MARGIN);
  const height = TITLE_HEIGHT + lines.length * LINE_HEIGHT + MARGIN;
  const rows = lines.map((line, i) => {
    const y = TITLE_HEIGHT + (i + 0.8) * LINE_HEIGHT;
    const style = line.startsWith('$ ') ? ' class="typed"' : '';
    const text = escapeXml([...line].slice(0, COLUMNS_MAX).join(''));
    return `<text x="${MARGIN}" y="${y.toFixed(1)}"${style} xml:space="preserve">${text}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img">
<title>${escapeXml(title)}</title>
<style>
text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; fill: #d6deeb }
.typed { fill: #7fdbca; font-weight: 600 }
</style>
<rect width="${width}" height="${height}" rx="10" fill="#0f1a26"/>
<circle cx="20" cy="18" r="6" fill="#ff5f57"/>
<circle cx="40" cy="18" r="6" fill="#febc2e"/>
<circle cx="60" cy="18" r="6" fill="#28c840"/>
${rows.join('\n')}
</svg>
`;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** What was typed and what came out; a command that fails makes no picture. */
function record(command: string): string[] {
  const run = spawnSync('/bin/sh', ['-c', command], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`${command} ended with ${run.status}: ${run.stderr}`);
  return [`$ ${command}`, ...run.stdout.trimEnd().split('\n'), ''];
}

if (import.meta.main) {
  const [file, ...commands] = process.argv.slice(2);
  if (file === undefined || commands.length === 0)
    throw new Error('usage: terminal-picture.ts FILE COMMAND...');
  writeFileSync(file, drawTerminal(commands.flatMap(record).slice(0, -1), commands.join('; ')));
}
