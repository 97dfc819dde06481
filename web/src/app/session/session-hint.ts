// Whether this browser has ever signed in and not out again. The refresh cookie is hidden from scripts, so without the hint each first
// visit would ask the server for a session that cannot be there.
const key = 'parley.session';

export function rememberSession(): void {
  try {
    localStorage.setItem(key, '1');
  } catch {
    // storage refused: then every start asks
  }
}

export function forgetSession(): void {
  try {
    localStorage.removeItem(key);
  } catch {
    // storage refused: nothing was kept
  }
}

export function mayHaveSession(): boolean {
  try {
    return localStorage.getItem(key) !== null;
  } catch {
    return true;
  }
}
