// Faults on purpose: `SPILLWAY_FAULT` puts a crash, an error or a wait at a named step of the local store, so
// that tests can stop a real process exactly there. Without the variable nothing of this runs. The steps and
// the syntax are described in docs/faults.md.
import { writeSync } from 'node:fs';
import { constants } from 'node:os';
import { LakeError } from '../base/index.ts';
import { CHANGING_STEPS, type Fault, READING_STEPS, type Step, type StepWatch } from './steps.ts';

/** Where a fault is: a step or any that changes something, of files that match, when it is reached again. */
interface FaultPoint {
  readonly step: Step | '*';
  /** What the end of the path must match, in whole names. */
  readonly files: RegExp | undefined;
  /** The time it happens, from 1. */
  readonly time: number;
  /** It happens every time from then on. */
  readonly lasting: boolean;
  readonly action: string;
}

const SYNTAX =
  /^(?<step>\*|[a-z-]+)(?:@(?<files>[^:]+?))?(?::(?<time>\d{1,9})(?<lasting>\+)?)?=(?<action>\w+)$/;
const STEPS: readonly string[] = [...READING_STEPS, ...CHANGING_STEPS];
const HOUR_MS = 3_600_000;

/**
 * What watches for the faults a text describes; undefined for no text.
 *
 * Shape   `STEP[@FILES][:TIME[+]]=ACTION`, several with commas between.
 * Errors  ARGUMENT_INVALID naming what is wrong.
 */
export function parseFaults(text: string | undefined): StepWatch | undefined {
  if (text === undefined || text === '') return undefined;
  const points = text.split(',').map(parsePoint);
  const times = points.map(() => 0);
  return {
    before(step, path) {
      let fault: Fault | undefined;
      for (const [i, point] of points.entries()) {
        if (!isAt(point, step, path)) continue;
        const time = (times[i] as number) + 1;
        times[i] = time;
        if (time !== point.time && !(point.lasting && time > point.time)) continue;
        fault = faultOf(point.action, step, path) ?? fault;
      }
      return fault;
    },
  };
}

function parsePoint(text: string): FaultPoint {
  const { step = '', files, time, lasting, action = '' } = SYNTAX.exec(text)?.groups ?? {};
  if ((step !== '*' && !STEPS.includes(step)) || !isAction(action)) {
    const message = `SPILLWAY_FAULT: ${JSON.stringify(text)} is no fault; see docs/faults.md.`;
    throw new LakeError('ARGUMENT_INVALID', message);
  }
  return {
    step: step as Step | '*',
    files: files === undefined ? undefined : endingIn(files),
    time: Number(time ?? 1),
    // To print once would be of no use.
    lasting: lasting !== undefined || (action === 'print' && time === undefined),
    action,
  };
}

function isAction(text: string): boolean {
  return ['kill', 'hang', 'print'].includes(text) || text.toUpperCase() in constants.errno;
}

/** `*` stands for any part of one name. */
function endingIn(pattern: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`/${parts.join('[^/]*')}$`);
}

function isAt({ step, files }: FaultPoint, reached: Step, path: string): boolean {
  if (step === '*' ? !CHANGING_STEPS.includes(reached as never) : step !== reached) return false;
  return files === undefined || files.test(path);
}

function faultOf(action: string, step: Step, path: string): Fault | undefined {
  switch (action) {
    case 'print':
      writeSync(2, `${step} ${path}\n`);
      return undefined;
    case 'kill':
      return () => {
        process.kill(process.pid, 'SIGKILL');
        return forever();
      };
    case 'hang':
      return forever;
    default: {
      const code = action.toUpperCase();
      return () =>
        Promise.reject(Object.assign(new Error(`${code}: on purpose, ${step} '${path}'`), { code }));
    }
  }
}

/** Keeps the process alive too. */
function forever(): Promise<never> {
  return new Promise(() => {
    setInterval(() => undefined, HOUR_MS);
  });
}
