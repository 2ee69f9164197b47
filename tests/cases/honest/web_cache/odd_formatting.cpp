// Formatting that no tool would leave: a token a line, operators glued, braces anywhere, an include indented and spaced.
	#  include	"policy.h"   

i64
half
(i64 x
)
{
return
x
/
2
;
}i64 third(i64 x){return x/3;}	i64 priority(Object const&object,const Cache&cache,const Ghost&ghost)


{if(object.hits==0){if(ghost.known==0)return-cache.objects+object.last_access;else return object.last_access;}else
;                                                                                   for(i64 i=0;i<3;++i)if(i==2)break;else continue;
i64 x=object.hits>3?half(cache.objects):third(cache.objects);x=x- -1;x=x+ +1;x=- -x;x=!0?x:~x;
if(x<0)x=0;else if(x>cache.objects)x=cache.objects;else x+=0;
					return object
	.
	last_access+x;}


