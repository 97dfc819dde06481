// What the doctor says of one thing it looked at.
namespace Parley.Server.Operations.Doctor;

/// <summary>How bad it is.</summary>
internal enum Verdict
{
    /// <summary>Nothing to do.</summary>
    Ok,

    /// <summary>It works, but not as well as it could.</summary>
    Warn,

    /// <summary>It does not work.</summary>
    Fail,
}

/// <summary>One line of the report.</summary>
/// <param name="Verdict">How bad it is.</param>
/// <param name="Subject">What was looked at.</param>
/// <param name="Text">What was found.</param>
/// <param name="Remedy">How to mend it; null when there is nothing to mend.</param>
internal sealed record Finding(Verdict Verdict, string Subject, string Text, string? Remedy = null)
{
    public static Finding Ok(string subject, string text) => new(Verdict.Ok, subject, text);

    public static Finding Warn(string subject, string text, string remedy) => new(Verdict.Warn, subject, text, remedy);

    public static Finding Fail(string subject, string text, string remedy) => new(Verdict.Fail, subject, text, remedy);
}
