// Makes meetings with codes that nobody can guess in order.
using System.Security.Cryptography;
using Parley.Data;
using Parley.Protocol;

namespace Parley.Server.Features.Meetings;

/// <summary>Makes meetings, for REST and for calls that need a room.</summary>
public sealed class MeetingCreation(MeetingStore store, TimeProvider clock)
{
    private const int CodeLetters = 10;

    /// <summary>Stores a meeting under a code that no other meeting has.</summary>
    public async Task<MeetingRecord> CreateAsync(NewMeeting meeting, CancellationToken cancellation)
    {
        while (true)
        {
            // 26^10 codes: a second round is already a once-in-a-lifetime event.
            if (await store.TryCreateAsync(meeting, NewCode(), clock.GetUtcNow(), cancellation) is { } created)
                return created;
        }
    }

    private static MeetingCode NewCode()
    {
        Span<byte> letters = stackalloc byte[CodeLetters];
        for (var i = 0; i < CodeLetters; i++)
            letters[i] = (byte)RandomNumberGenerator.GetInt32(26);
        return MeetingCode.FromLetters(letters);
    }
}
