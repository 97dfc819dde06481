// The meetings that calls are held in, when somebody is rung from outside a room.
using System.Collections.Concurrent;
using Parley.Data;
using Parley.Protocol;
using Parley.Rooms;
using Parley.Server.Features.Meetings;

namespace Parley.Server.Signaling.Invitations;

/// <summary>Makes a meeting per accepted invitation, the same one when asked again.</summary>
internal sealed class CallMeetings(MeetingCreation meetings)
{
    private const int MaxParticipants = 100;
    private const int Remembered = 1000;

    private readonly ConcurrentDictionary<InvitationId, Lazy<Task<MeetingSettings>>> _made = new();
    private readonly ConcurrentQueue<InvitationId> _byAge = new();

    /// <summary>The meeting of a call.</summary>
    public async Task<MeetingSettings> MakeAsync(InvitationId invitation, UserId owner, MeetingKind kind)
    {
        var making = _made.GetOrAdd(invitation, id =>
        {
            _byAge.Enqueue(id);
            return new Lazy<Task<MeetingSettings>>(() => CreateAsync(owner, kind));
        });
        while (_byAge.Count > Remembered && _byAge.TryDequeue(out var oldest))
            _made.TryRemove(oldest, out _);
        try
        {
            return await making.Value;
        }
        catch
        {
            // The next try begins anew.
            _made.TryRemove(new KeyValuePair<InvitationId, Lazy<Task<MeetingSettings>>>(invitation, making));
            throw;
        }
    }

    private async Task<MeetingSettings> CreateAsync(UserId owner, MeetingKind kind)
    {
        var meeting = new NewMeeting(owner, null, kind, Lobby: true, PasswordHash: null, MaxParticipants);
        return (await meetings.CreateAsync(meeting, CancellationToken.None)).ToSettings();
    }
}
