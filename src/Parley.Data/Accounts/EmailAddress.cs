// An e-mail address is compared without regard to case, so it is stored in one.
namespace Parley.Data;

/// <summary>The stored form of e-mail addresses.</summary>
public static class EmailAddress
{
    /// <summary>Without surrounding white space, in lower case.</summary>
    public static string Normalize(string email) => SqlText.Storable(email).Trim().ToLowerInvariant();
}
