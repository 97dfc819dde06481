// The room as one participant sees it, and as everybody does.
using Parley.Protocol;

namespace Parley.Rooms;

internal static class RoomViews
{
    public static RoomView For(RoomState state, Participant reader) => new(
        state.Meeting.Code,
        state.Meeting.Title,
        state.Meeting.Kind,
        state.State,
        state.Host?.Id,
        state.Locked,
        state.Meeting.Lobby,
        RoomMode.Mesh,
        state.Epoch,
        state.Seq,
        state.StartedAt,
        state.Meeting.MaxParticipants,
        reader.Id,
        reader.Resume.Text ?? string.Empty,
        [.. state.In.Select(p => p.ToView())],
        reader.Moderates ? [.. state.Waiting.Select(p => p.ToView())] : []);

    public static RoomSummary Face(RoomState state) => new(
        state.Meeting.Code,
        state.Meeting.Title,
        state.Meeting.Kind,
        state.State,
        state.Host?.Id,
        state.Locked,
        state.Meeting.Lobby,
        RoomMode.Mesh,
        state.Epoch,
        state.StartedAt,
        state.Meeting.MaxParticipants);

    public static WaitingRoom Waiting(RoomState state, Participant reader) => new(
        state.Meeting.Code,
        state.Meeting.Title,
        state.Waiting.IndexOf(reader) + 1,
        reader.Id,
        reader.Resume.Text ?? string.Empty);

    public static RoomDigest Digest(RoomState state) => new(
        state.State,
        state.In.Count,
        state.Waiting.Count,
        state.Locked,
        state.IsFull,
        state.Host?.User.Id,
        state.Host?.Name,
        state.StartedAt);
}
