// What is told about the devices: the store that screens read, and who wants to know when something else is sent.
import { createStore } from 'zustand/vanilla';
import type { Clock } from '../environment';
import { initialDeviceState, type DeviceNotice, type DeviceProblem, type DeviceState, type DeviceStatus } from './device-state';

export type Opened = 'mic' | 'camera' | 'screen';

type NoticeBody = DeviceNotice extends infer N ? (N extends DeviceNotice ? Omit<N, 'id' | 'at'> : never) : never;

const keptNotices = 20;

export class DeviceBoard {
  readonly store = createStore<DeviceState>(() => initialDeviceState);
  readonly #clock: Clock;
  readonly #pictures: () => Pick<DeviceState, 'cameraStream' | 'screenStream' | 'screenHasAudio'>;
  readonly #listeners = new Set<() => void>();

  constructor(clock: Clock, pictures: () => Pick<DeviceState, 'cameraStream' | 'screenStream' | 'screenHasAudio'>) {
    this.#clock = clock;
    this.#pictures = pictures;
  }

  get state(): DeviceState {
    return this.store.getState();
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The tracks to send, or what is really open, changed. */
  changed(): void {
    this.store.setState(this.#pictures());
    for (const listener of [...this.#listeners]) listener();
  }

  setStatus(device: Opened, status: DeviceStatus): void {
    this.store.setState({ [device]: status });
    this.changed();
  }

  /** From what is really open to what is shown. */
  reflect(device: 'mic' | 'camera', wanted: boolean, interrupted: boolean): void {
    const before = this.state[device].name;
    const name = !wanted ? 'off' : interrupted ? 'interrupted' : 'on';
    if (before === name) return;
    if (name === 'interrupted') this.notice({ kind: 'interrupted', device });
    if (before === 'interrupted' && name === 'on') this.notice({ kind: 'recovered', device });
    this.store.setState({ [device]: { name } });
  }

  failed(device: Opened, problem: DeviceProblem): void {
    if (problem === 'permission_denied' && device !== 'screen') {
      this.store.setState((state) => ({ permissions: { ...state.permissions, [device]: 'denied' } }));
    }
    this.setStatus(device, { name: 'failed', problem });
    this.notice({ kind: 'device_failed', device, problem });
  }

  notice(body: NoticeBody): void {
    const at = this.#clock.now();
    this.store.setState((state) => {
      const notice = { id: (state.notices.at(-1)?.id ?? 0) + 1, at, ...body } as DeviceNotice;
      return { notices: [...state.notices, notice].slice(-keptNotices) };
    });
  }
}
