// The operating system's SQLite (kept patched by it) behind Microsoft.Data.Sqlite, instead of a bundled copy.
using System.Runtime.InteropServices;
using SQLitePCL;

namespace Parley.Data;

/// <summary>Connects the managed provider to the native library, once per process.</summary>
internal static class SqliteNative
{
    private static readonly string[] LibraryNames = OperatingSystem.IsMacOS()
        ? ["libsqlite3.dylib"]
        : OperatingSystem.IsWindows() ? ["winsqlite3.dll"] : ["libsqlite3.so.0", "libsqlite3.so"];

    private static readonly Lazy<bool> Loaded = new(static () =>
    {
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, static (name, assembly, path) =>
        {
            if (name != "e_sqlite3")
                return 0;
            foreach (var candidate in LibraryNames)
            {
                if (NativeLibrary.TryLoad(candidate, assembly, path, out var handle))
                    return handle;
            }

            throw new DllNotFoundException(
                $"SQLite is missing: none of {string.Join(", ", LibraryNames)} was found. On Debian: apt-get install libsqlite3-0.");
        });
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
        return true;
    });

    public static void EnsureLoaded() => _ = Loaded.Value;
}
