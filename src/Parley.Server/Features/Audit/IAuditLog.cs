// The log of security events: who signed in, who was refused, who removed whom.
using Parley.Data;
using Parley.Protocol;

namespace Parley.Server.Features.Audit;

/// <summary>Takes security events without making anybody wait.</summary>
public interface IAuditLog
{
    /// <summary>Queues an entry; it is stored within a moment, in the background.</summary>
    void Write(AuditEntry entry);
}

/// <summary>Ways to write an entry.</summary>
public static class AuditLogWriting
{
    /// <summary>Queues an entry about a request.</summary>
    /// <param name="log">The log.</param>
    /// <param name="context">The request; its time and address are taken.</param>
    /// <param name="name">A stable snake_case name.</param>
    /// <param name="actor">Who did it.</param>
    /// <param name="subject">To whom.</param>
    /// <param name="meeting">Where.</param>
    /// <param name="detail">What else matters, without secrets.</param>
    public static void Write(
        this IAuditLog log,
        HttpContext context,
        string name,
        UserId? actor = null,
        UserId? subject = null,
        MeetingCode? meeting = null,
        string? detail = null) =>
        log.Write(AuditEntry.New(
            context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow(),
            name,
            actor,
            subject,
            meeting,
            context.Connection.RemoteIpAddress?.ToString(),
            detail));
}
