// Tabs everywhere and no newline at the end of the last line, which is a comment.
#include "policy.h"

i64	priority(const Object&	object,	const Cache&	cache,	const Ghost&	ghost)	{
	if	(object.hits	>	0)	{
		return	object.last_access	+	cache.objects;
	}
	return	object.last_access;	
}	// the end	