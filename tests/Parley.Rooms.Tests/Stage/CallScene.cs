// Who calls whom in the tests of invitations.
using Parley.Protocol;

namespace Parley.Rooms.Tests;

/// <summary>Olga, who owns a room, calls Ben.</summary>
internal static class CallScene
{
    public static readonly UserIdentity Ben = Stage.Account(2, "Ben");
    public static readonly UserIdentity Eve = Stage.Account(4, "Eve");
    public static readonly MeetingSettings OlgasRoom = CallStage.Meeting("kkkllllmmm");

    public static (CallStage Stage, Tab Olga, Tab Ben) Two()
    {
        var stage = new CallStage();
        return (stage, stage.Open(Stage.Owner), stage.Open(Ben));
    }

    public static string? Code(ServerMessage? answer) => Assert.IsType<Error>(answer).Code;
}
