// The periods and limits of ringing (docs/protocol.md §3, Parley:Rooms).
namespace Parley.Rooms;

/// <summary>What is the same for every invitation of a server.</summary>
public sealed record InvitationOptions
{
    /// <summary>How long an invitation rings.</summary>
    public TimeSpan Ring { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>How long a settled invitation is remembered, so that a repeated request is answered alike.</summary>
    public TimeSpan Remember { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a call that was taken waits for its meeting to be made, and for the room to let in who took it.</summary>
    public TimeSpan Making { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long answers wait for the database.</summary>
    public TimeSpan StorePatience { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How many invitations of one user may ring at once.</summary>
    public int RingingPerInviter { get; init; } = 20;

    /// <summary>How many invitations one user may send in a minute.</summary>
    public int RingsPerMinute { get; init; } = 30;
}
