// The victim of the crash tests: writes without end and says of each row when it was acknowledged.
using Parley.Protocol;

namespace Parley.Data.Tests;

/// <summary>Runs as a process of its own.</summary>
internal static class CrashWriter
{
    public const string Argument = "--crash-writer";

    private const int Writers = 8;

    public static async Task<int> RunAsync(string directory, int seed)
    {
        await using var database = Database.Open(new DatabaseOptions { DataDirectory = directory });
        await new Migrator(database).UpAsync(TestDatabase.Now);
        var accounts = new AccountStore(database);
        var output = TextWriter.Synchronized(new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true });
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() => WriteAsync(database, accounts, output, $"{seed}-{writer}"))));
        return 0;
    }

    private static async Task WriteAsync(Database database, AccountStore accounts, TextWriter output, string name)
    {
        var created = await accounts.CreateAccountAsync($"{name}@example.org", name, "hash", admin: false, TestDatabase.Now);
        var user = ((CreateAccountResult.Created)created).User;
        await output.WriteLineAsync($"users {user.Id};");
        MeetingRecord? meeting;
        do
        {
            var code = MeetingCode.FromLetters([.. Enumerable.Range(0, 10).Select(static _ => (byte)Random.Shared.Next(26))]);
            meeting = await new MeetingStore(database).TryCreateAsync(new NewMeeting(user.Id, name, MeetingKind.Video, true, null, 10), code, TestDatabase.Now);
        }
        while (meeting is null);
        await output.WriteLineAsync($"meetings {meeting.Id};");
        var rooms = new RoomStore(database);
        var room = new RoomBuilder(meeting);
        for (var i = 0; ; i++)
        {
            var guest = await accounts.CreateGuestAsync($"{name} {i}", TestDatabase.Now, TestDatabase.Now);
            await output.WriteLineAsync($"users {guest.Id};");
            var commit = room.Commit(chat: [room.Chat(user, new string('x', 1 + (i % 4000)), $"{i}")], stays: [room.Stay(guest, i)]);
            await rooms.CommitAsync(commit, default);
            await output.WriteLineAsync($"chat_messages {commit.Chat[0].Id};");
            await output.WriteLineAsync($"stays {commit.Stays[0].Id};");
        }
    }
}
