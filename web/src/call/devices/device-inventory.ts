// What is plugged in, what may be used and what is chosen: follows the browser's lists and permissions, and remembers the choices.
import type { Environment } from '../environment';
import type { DeviceBoard } from './device-board';
import { addedDevices, loadPreferences, readLists, readPermission, savePreferences } from './device-lists';
import type { PermissionView } from './device-state';

export class DeviceInventory {
  readonly #environment: Environment;
  readonly #board: DeviceBoard;
  readonly #changed: () => void;
  #watching = false;
  /** Until names are known everything would look new. */
  #hidden = true;

  /** `changed`: something was plugged in or pulled, and the lists say so. */
  constructor(environment: Environment, board: DeviceBoard, changed: () => void) {
    this.#environment = environment;
    this.#board = board;
    this.#changed = changed;
    const { mediaDevices: media, preferences: storage } = environment;
    const { mic, camera, speaker, processing, pushToTalk } = loadPreferences(storage);
    board.store.setState({
      selected: { mic, camera, speaker },
      processing,
      pushToTalk,
      canShareScreen: typeof media?.getDisplayMedia === 'function',
      canChooseSpeaker: typeof HTMLMediaElement !== 'undefined' && 'setSinkId' in HTMLMediaElement.prototype,
    });
  }

  async refresh(): Promise<void> {
    const { mediaDevices: media, permissions } = this.#environment;
    if (media === null) return;
    if (!this.#watching) {
      this.#watching = true;
      media.addEventListener('devicechange', () => void this.#pluggedOrPulled());
    }
    const changed = (which: 'mic' | 'camera') => (view: PermissionView) => {
      this.#board.store.setState((state) => ({ permissions: { ...state.permissions, [which]: view } }));
      void this.readLists();
    };
    const [mic, camera] = await Promise.all([
      readPermission(permissions, 'microphone', changed('mic')),
      readPermission(permissions, 'camera', changed('camera')),
    ]);
    this.#board.store.setState({ permissions: { mic, camera } });
    await this.readLists();
  }

  async readLists(): Promise<void> {
    const { mediaDevices: media } = this.#environment;
    if (media === null) return;
    try {
      const { lists, hidden } = await readLists(media);
      this.#hidden = hidden;
      this.#board.store.setState(lists);
    } catch {
      // a browser that will not list devices still opens the default ones
    }
  }

  select(which: 'mic' | 'camera' | 'speaker', deviceId: string | null): void {
    this.#board.store.setState((state) => ({ selected: { ...state.selected, [which]: deviceId } }));
    this.remember();
  }

  remember(): void {
    const { selected, processing, pushToTalk } = this.#board.state;
    savePreferences(this.#environment.preferences, { ...selected, processing, pushToTalk });
  }

  async #pluggedOrPulled(): Promise<void> {
    const before = this.#board.state;
    const unnamed = this.#hidden;
    await this.readLists();
    this.#changed();
    if (unnamed) return;
    const after = this.#board.state;
    const pairs = [
      ['mic', before.microphones, after.microphones],
      ['camera', before.cameras, after.cameras],
      ['speaker', before.speakers, after.speakers],
    ] as const;
    for (const [device, old, now] of pairs) {
      for (const added of addedDevices(old, now)) {
        this.#board.notice({ kind: 'device_added', device, label: added.label, deviceId: added.id });
      }
    }
  }
}
