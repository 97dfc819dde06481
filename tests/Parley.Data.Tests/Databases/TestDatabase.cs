// A database for one test alone, gone afterwards.
using Npgsql;
using Parley.Protocol;
using Parley.Rooms;

namespace Parley.Data.Tests;

/// <summary>An open, migrated database and its stores.</summary>
internal sealed class TestDatabase : IAsyncDisposable
{
    private const string Variable = "PARLEY_TEST_POSTGRES";

    private readonly DirectoryInfo? _directory; // owned
    private readonly string? _schema; // owned
    private int _names;

    private TestDatabase(DatabaseOptions options, DirectoryInfo? directory, string? schema)
    {
        Options = options;
        _directory = directory;
        _schema = schema;
        Database = Database.Open(options);
        Accounts = new AccountStore(Database);
        RefreshTokens = new RefreshTokenStore(Database);
        Meetings = new MeetingStore(Database);
        Chat = new ChatStore(Database);
        Attendance = new AttendanceStore(Database);
        CallLogs = new CallLogStore(Database);
        Invitations = new InvitationStore(Database);
        Rooms = new RoomStore(Database);
        Audit = new AuditStore(Database);
    }

    /// <summary>The time of every test; a whole number of milliseconds, as stored.</summary>
    public static DateTimeOffset Now { get; } = new(2026, 3, 1, 9, 30, 0, TimeSpan.Zero);

    public DatabaseOptions Options { get; }

    public Database Database { get; }

    public AccountStore Accounts { get; }

    public RefreshTokenStore RefreshTokens { get; }

    public MeetingStore Meetings { get; }

    public ChatStore Chat { get; }

    public AttendanceStore Attendance { get; }

    public CallLogStore CallLogs { get; }

    public InvitationStore Invitations { get; }

    public RoomStore Rooms { get; }

    public AuditStore Audit { get; }

    /// <summary>Opens a migrated database; skips the test when it wants a PostgreSQL that is not there.</summary>
    public static async Task<TestDatabase> CreateAsync(DatabaseKind kind)
    {
        var database = await CreateEmptyAsync(kind);
        await new Migrator(database.Database).UpAsync(Now);
        return database;
    }

    /// <summary>As <see cref="CreateAsync"/>, without any table.</summary>
    public static async Task<TestDatabase> CreateEmptyAsync(DatabaseKind kind)
    {
        if (kind == DatabaseKind.Sqlite)
        {
            var directory = Directory.CreateTempSubdirectory("parley-data-");
            return new TestDatabase(new DatabaseOptions { DataDirectory = directory.FullName }, directory, null);
        }

        var server = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipUnless(!string.IsNullOrEmpty(server), $"{Variable} names no PostgreSQL server.");
        var name = $"parley_{Guid.NewGuid():N}";
        await OnServerAsync($"CREATE SCHEMA {name}");
        var settings = new NpgsqlConnectionStringBuilder(server) { SearchPath = name };
        return new TestDatabase(new DatabaseOptions { ConnectionString = settings.ToString() }, null, name);
    }

    /// <summary>A second node on the same database.</summary>
    public Database OpenAgain() => Database.Open(Options);

    public async Task<UserRecord> AddAccountAsync(string name = "Ada", DateTimeOffset? at = null) =>
        Assert.IsType<CreateAccountResult.Created>(
            await Accounts.CreateAccountAsync($"user{Interlocked.Increment(ref _names)}@example.org", name, "hash", admin: false, at ?? Now)).User;

    public async Task<MeetingRecord> AddMeetingAsync(UserRecord? owner = null, string? title = "Planning", DateTimeOffset? at = null)
    {
        owner ??= await AddAccountAsync("Owner");
        var meeting = new NewMeeting(owner.Id, title, MeetingKind.Video, Lobby: true, PasswordHash: null, MaxParticipants: 100);
        return (await Meetings.TryCreateAsync(meeting, Code(Interlocked.Increment(ref _names)), at ?? Now))!;
    }

    public static MeetingCode Code(int number)
    {
        Span<byte> letters = stackalloc byte[10];
        for (var i = 0; i < letters.Length; i++, number /= 26)
            letters[i] = (byte)(number % 26);
        return MeetingCode.FromLetters(letters);
    }

    public Task<long> CountAsync(string table) =>
        Database.ReadAsync(session => session.ScalarAsync<long>($"SELECT COUNT(*) FROM {table}"));

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        if (_schema is not null)
            await OnServerAsync($"DROP SCHEMA {_schema} CASCADE");
        _directory?.Delete(recursive: true);
    }

    private static async Task OnServerAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Environment.GetEnvironmentVariable(Variable) + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
