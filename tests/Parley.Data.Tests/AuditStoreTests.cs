using Parley.Protocol;

namespace Parley.Data.Tests;

public sealed class AuditStoreTests
{
    private static DateTimeOffset Now => TestDatabase.Now;

    [Theory, BothDatabases]
    public async Task Entries_are_listed_newest_first_by_page_and_filter(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var (ada, bob) = (new UserId(Guid.NewGuid()), new UserId(Guid.NewGuid()));
        var entries = Enumerable.Range(0, 9).Select(i => AuditEntry.New(
            Now.AddMinutes(i),
            i % 2 == 0 ? "signed_in" : "participant_removed",
            i % 3 == 0 ? ada : bob,
            i % 2 == 0 ? null : ada,
            i % 2 == 0 ? null : TestDatabase.Code(i),
            "192.0.2.1",
            i == 0 ? "nul \0" : null)).ToArray();
        await db.Audit.AppendAsync(entries);
        await db.Audit.AppendAsync(entries[..2]);
        await db.Audit.AppendAsync([]);
        entries[0] = entries[0] with { Detail = "nul \uFFFD" };

        async Task<List<AuditEntry>> List(AuditFilter filter)
        {
            var all = new List<AuditEntry>();
            Cursor? next = null;
            do
            {
                var page = await db.Audit.ListAsync(filter, new PageRequest(2, next));
                all.AddRange(page.Items);
                next = page.Next;
            }
            while (next is not null);
            all.Reverse();
            return all;
        }

        Assert.Equal(entries, await List(new AuditFilter()));
        Assert.Equal(entries.Where(static e => e.Event == "signed_in"), await List(new AuditFilter(Event: "signed_in")));
        Assert.Equal(entries.Where(e => e.Actor == ada), await List(new AuditFilter(Actor: ada)));
        Assert.Equal(entries.Where(e => e.Subject == ada), await List(new AuditFilter(Subject: ada)));
        Assert.Equal(entries.Where(static e => e.At >= Now.AddMinutes(2)), await List(new AuditFilter(From: Now.AddMinutes(2))));
        Assert.Empty(await List(new AuditFilter(Event: "' OR 1=1 --")));
    }

    [Theory, BothDatabases]
    public async Task What_is_older_than_the_retention_is_purged(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        await db.Audit.AppendAsync([AuditEntry.New(Now, "old"), AuditEntry.New(Now.AddDays(1), "new")]);

        Assert.Equal(1, await db.Audit.PurgeAsync(Now.AddDays(1)));
        Assert.Equal("new", Assert.Single((await db.Audit.ListAsync(new AuditFilter(), new PageRequest(20))).Items).Event);
    }
}
