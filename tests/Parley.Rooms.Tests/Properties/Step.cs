// One random input: what happens, by whom, to whom.
using System.Globalization;

namespace Parley.Rooms.Tests.Properties;

public enum StepKind
{
    Join,
    Resume,
    Drop,
    Leave,
    Accept,
    Decline,
    AcceptAll,
    Chat,
    PrivateChat,
    Data,
    PrivateData,
    Reaction,
    Media,
    Hand,
    Offer,
    Mute,
    Remove,
    MakeCohost,
    MakeParticipant,
    HandOver,
    Lock,
    Lobby,
    Invited,
    Revoke,
    Pass,
    PassLong,
    HoldCommits,
    StoreCommit,
    FailCommit,
    FreeCommits,
    Restart,
    KillAfterStore,
    LateDrop,
    End,
}

public sealed record Step(StepKind Kind, int Actor, int Target, int Variant)
{
    private static readonly StepKind[] Weighted =
    [
        .. Enum.GetValues<StepKind>().Where(k => k != StepKind.End),
        StepKind.Join, StepKind.Join, StepKind.Join, StepKind.Join, StepKind.Resume, StepKind.Resume, StepKind.Drop, StepKind.Accept, StepKind.AcceptAll,
        StepKind.Chat, StepKind.PrivateChat, StepKind.Pass, StepKind.FreeCommits,
    ];

    public static Step From(int number)
    {
        var n = (uint)number * 2654435761u;
        var kind = number % 997 == 0 ? StepKind.End : Weighted[n % (uint)Weighted.Length];
        return new Step(kind, (int)(n >> 8) & 7, (int)(n >> 12) & 7, (int)(n >> 16) & 3);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Kind}({Actor},{Target},{Variant})");
}
