// Counts how people come in: outcomes and durations of join_room and resume_room.
using Parley.Protocol;
using Parley.Server.Operations.Metrics;

namespace Parley.Server.Signaling.Sessions;

/// <summary>The meters of entries.</summary>
internal sealed class EntryMeters(ParleyMetrics metrics, TimeProvider clock)
{
    /// <summary>An entry was answered.</summary>
    public void Answered(Entry entry, ServerMessage answer) => Record(entry.Kind, entry.StartedAt, answer);

    /// <summary>An entry was refused before it came to a room.</summary>
    public void Refused(Entry entry, string code) => Record(entry.Kind, entry.StartedAt, new Error(code, string.Empty));

    private void Record(EntryKind kind, long startedAt, ServerMessage answer)
    {
        if (kind == EntryKind.Resume)
        {
            metrics.ResumeAnswered(answer switch
            {
                RoomResumed { Complete: false } => "incomplete",
                Error error => error.Code,
                _ => "complete",
            });
            return;
        }

        var outcome = answer switch
        {
            WaitingRoom => "waiting",
            Error error => error.Code,
            _ => "joined",
        };
        metrics.JoinAnswered(outcome, clock.GetElapsedTime(startedAt));
    }
}
