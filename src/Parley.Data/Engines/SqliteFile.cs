// Opens connections to the database file, each with the settings that durability and integrity need.
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Parley.Data;

/// <summary>The SQLite database file.</summary>
internal sealed class SqliteFile
{
    private readonly string _path;
    private readonly string _connectionString;
    private readonly string _patience;

    public SqliteFile(DatabaseOptions options)
    {
        SqliteNative.EnsureLoaded();
        _path = Path.Combine(Path.GetFullPath(options.DataDirectory), "parley.db");
        _patience = $"PRAGMA busy_timeout = {(int)options.CommandTimeout.TotalMilliseconds};";
        _connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = _path,
            Mode = SqliteOpenMode.ReadWriteCreate,
            Pooling = false, // connections are kept by their one owner
            DefaultTimeout = Math.Max(1, (int)options.CommandTimeout.TotalSeconds),
        }.ToString();
    }

    /// <summary>A connection that writes. WAL lets readers go on meanwhile; FULL syncs the log at each commit, so a power cut loses nothing.</summary>
    public SqliteConnection OpenWriter()
    {
        CreateFile();
        return Open($"{_patience} PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA journal_size_limit = 67108864;");
    }

    /// <summary>A connection that only reads.</summary>
    public SqliteConnection OpenReader()
    {
        CreateFile();
        return Open($"{_patience} PRAGMA query_only = ON;");
    }

    /// <summary>True for failures of the disk, the file or its locks, as opposed to mistakes in what was asked.</summary>
    public static bool IsUnavailability(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or DllNotFoundException
        || (exception is SqliteException sqlite && sqlite.SqliteErrorCode is raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_NOMEM
            or raw.SQLITE_READONLY or raw.SQLITE_INTERRUPT or raw.SQLITE_IOERR or raw.SQLITE_CORRUPT or raw.SQLITE_FULL
            or raw.SQLITE_CANTOPEN or raw.SQLITE_PROTOCOL or raw.SQLITE_NOTADB);

    private SqliteConnection Open(string pragmas)
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = pragmas;
            command.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Password hashes are in it, so the file is the owner's alone; SQLite gives its log the same mode.</summary>
    private void CreateFile()
    {
        if (File.Exists(_path))
            return;
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileStream(_path, options);
    }
}
